import { memo, useMemo } from "react";

import { useDayCandles } from "../../api/candles";
import { type HeardQuote, useQuote } from "../../api/quotes";
import { useLastPrice } from "../../api/trades";
import type { Candle, Instrument } from "../../api/types";
import { minus, over } from "../../design/decimals";
import { decimalsOf, figure, percent } from "../../design/figures";
import { duration } from "../../design/times";
import { sparkPath, thinned } from "./spark-path";

const sparkPointsMax = 48;

/** What the last price is above that of a day ago, as a fraction; null where that cannot be told. */
function changeOf(candles: Candle[] | undefined, last: string | null): string | null {
  const before = candles?.[0]?.open;
  return before && last ? over(minus(last, before), before, 6) : null;
}

/** One instrument: in narrow places on two lines, in wide ones in columns. */
export const QuoteRow = memo(function QuoteRow({
  instrument,
  row,
  isTabStop,
  isChosen,
  onFocus,
  onChoose,
}: {
  instrument: Instrument;
  row: number;
  isTabStop: boolean;
  isChosen: boolean;
  onFocus: (row: number) => void;
  onChoose: (instrumentId: string) => void;
}) {
  const { quote, isStale, ageMs } = useQuote(instrument.instrument_id);
  const last = useLastPrice(instrument.instrument_id) ?? null;
  const { data: candles } = useDayCandles(instrument.instrument_id);
  const decimals = decimalsOf(instrument.tick_size);
  const change = changeOf(candles, last);
  return (
    <button
      type="button"
      data-row={row}
      tabIndex={isTabStop ? 0 : -1}
      aria-pressed={isChosen}
      onFocus={() => {
        onFocus(row);
      }}
      onClick={() => {
        onChoose(instrument.instrument_id);
      }}
      className={`relative grid h-full w-full cursor-pointer grid-cols-[auto_minmax(0,1fr)_auto] content-center items-center gap-x-2 border-b border-line/60 px-3 text-right tabular-nums -outline-offset-2 hover:bg-raised @md:grid-cols-[minmax(0,1.2fr)_72px_minmax(0,1fr)_minmax(0,1.9fr)_minmax(0,0.8fr)] @md:gap-x-3 @md:px-4 ${isChosen ? "bg-raised before:absolute before:inset-y-0 before:left-0 before:w-0.5 before:bg-accent" : ""} ${isStale ? "text-muted" : ""}`}
    >
      <span className="truncate text-left font-medium">{instrument.symbol}</span>
      <Sparkline candles={candles} last={last} isGain={change === null ? null : !change.startsWith("-")} />
      <span className="@md:order-none">
        <span className="sr-only">last </span>
        <Glowing text={last ? figure(last, decimals) : "–"} />
      </span>
      <span className="col-span-2 flex gap-1.5 truncate text-left text-[11px] text-muted @md:gap-2 @md:col-span-1 @md:justify-end @md:text-sm">
        <BidAndAsk quote={quote} decimals={decimals} />
        {isStale && quote?.bid && (
          <span className="text-attention">
            <span className="sr-only">stale for </span>
            {duration(ageMs)}
          </span>
        )}
      </span>
      <Change change={change} isStale={isStale} />
    </button>
  );
});

function BidAndAsk({ quote, decimals }: { quote: HeardQuote | undefined; decimals: number }) {
  if (!quote) return <span>…</span>;
  if (!quote.bid || !quote.ask) return <span>no quote yet</span>;
  return (
    <>
      <span>
        <span className="sr-only">bid </span>
        {figure(quote.bid, decimals)}
      </span>
      <span>
        <span className="sr-only">ask </span>
        {figure(quote.ask, decimals)}
      </span>
    </>
  );
}

function Glowing({ text }: { text: string }) {
  return (
    <span key={text} className="glow -mr-1 rounded px-1">
      {text}
    </span>
  );
}

function Change({ change, isStale }: { change: string | null; isStale: boolean }) {
  if (change === null) return <span className="text-xs text-muted">–</span>;
  const isFlat = !/[1-9]/.test(change);
  const isLoss = change.startsWith("-");
  const tone = isFlat || isStale ? "text-muted" : isLoss ? "text-loss" : "text-gain";
  return (
    <span className={`text-xs whitespace-nowrap @md:text-sm ${tone}`}>
      <span className="sr-only">in 24 hours </span>
      {isFlat || isLoss ? "" : "+"}
      {percent(change)}
    </span>
  );
}

/** The last 24 hours, or what there is of them. */
function Sparkline({
  candles,
  last,
  isGain,
}: {
  candles: Candle[] | undefined;
  last: string | null;
  isGain: boolean | null;
}) {
  const path = useMemo(() => {
    const closes = (candles ?? []).map((each) => Number(each.close));
    const opened = candles?.[0] ? [Number(candles[0].open)] : [];
    return sparkPath(
      [...opened, ...thinned(closes, sparkPointsMax), ...(last ? [Number(last)] : [])],
      64,
      14,
    );
  }, [candles, last]);
  const tone = isGain === null ? "text-muted" : isGain ? "text-gain" : "text-loss";
  return (
    <svg
      aria-hidden
      viewBox="-1 -1 66 16"
      preserveAspectRatio="none"
      className={`h-4 w-full max-w-18 justify-self-end ${tone}`}
    >
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
