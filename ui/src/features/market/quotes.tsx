import type { Instrument } from "../../api/types";
import { minus } from "../../design/decimals";
import { decimalsOf, figure } from "../../design/figures";
import { Empty, Panel, Skeleton } from "../../design/panel";
import { useInstruments } from "../../api/instruments";
import { useQuote } from "../../api/quotes";
import { duration } from "../../design/times";

const grid = "grid grid-cols-[1.2fr_1fr_1fr] items-center gap-3 px-4 sm:grid-cols-[1.4fr_1fr_1fr_1fr]";

/** Live quotes of every instrument; choosing one hands it to the ticket. */
export function Quotes({ chosen, onChoose }: { chosen: string; onChoose: (instrument: string) => void }) {
  const { data: instruments = [], isPending } = useInstruments();
  return (
    <Panel title="Market">
      {isPending && <Skeleton rows={4} />}
      {!isPending && instruments.length === 0 && (
        <Empty title="No market is connected">Start the server with --market simulated.</Empty>
      )}
      {instruments.length > 0 && (
        <div aria-hidden className={`${grid} h-8 text-right text-xs font-medium text-muted`}>
          <span className="text-left">Instrument</span>
          <span>Bid</span>
          <span>Ask</span>
          <span className="max-sm:hidden">Spread</span>
        </div>
      )}
      <ul>
        {instruments.map((instrument) => (
          <li key={instrument.instrument_id} className="border-t border-line/60">
            <QuoteRow
              instrument={instrument}
              isChosen={instrument.instrument_id === chosen}
              onChoose={() => {
                onChoose(instrument.instrument_id);
              }}
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function QuoteRow({
  instrument,
  isChosen,
  onChoose,
}: {
  instrument: Instrument;
  isChosen: boolean;
  onChoose: () => void;
}) {
  const { quote, isStale, ageMs } = useQuote(instrument.instrument_id);
  const decimals = decimalsOf(instrument.tick_size);
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={onChoose}
      className={`${grid} relative h-10 w-full cursor-pointer text-right tabular-nums -outline-offset-2 hover:bg-raised touch:h-11 ${isChosen ? "bg-raised before:absolute before:inset-y-0 before:left-0 before:w-0.5 before:bg-accent" : ""} ${isStale ? "text-muted" : ""}`}
    >
      <span className="flex flex-wrap items-baseline gap-x-2 text-left">
        <span className="font-medium">{instrument.symbol}</span>
        {isStale && <span className="text-xs text-attention">stale {duration(ageMs)}</span>}
      </span>
      {quote?.bid && quote.ask ? (
        <>
          <Price label="bid" price={quote.bid} decimals={decimals} />
          <Price label="ask" price={quote.ask} decimals={decimals} />
          <span className="text-muted max-sm:hidden">
            <span className="sr-only">spread </span>
            {figure(minus(quote.ask, quote.bid), decimals)}
          </span>
        </>
      ) : (
        <span className="col-span-2 text-muted sm:col-span-3">{quote ? "no quote yet" : "…"}</span>
      )}
    </button>
  );
}

function Price({ label, price, decimals }: { label: string; price: string; decimals: number }) {
  return (
    <span>
      <span className="sr-only">{label} </span>
      <span key={price} className="glow -mr-1 rounded px-1 py-0.5">
        {figure(price, decimals)}
      </span>
    </span>
  );
}
