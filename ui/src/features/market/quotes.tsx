import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import { answered, api } from "../../api/client";
import { type Frame, useChannel } from "../../api/live";
import type { Instrument, Quote } from "../../api/types";
import { decimalsOf, figure } from "../../design/figures";
import { Empty, Panel } from "../../design/panel";

const instrumentsKey = ["instruments"] as const;
const quoteKey = (instrument: string) => ["quotes", instrument] as const;

/** What can be traded. */
export function useInstruments() {
  return useQuery({
    queryKey: instrumentsKey,
    queryFn: async () => answered(await api.GET("/v1/instruments")).items,
    staleTime: Infinity,
  });
}

/** Live quotes of every instrument; choosing one hands it to the ticket. */
export function Quotes({ chosen, onChoose }: { chosen: string; onChoose: (instrument: string) => void }) {
  const { data: instruments = [] } = useInstruments();
  return (
    <Panel title="Market" aside="bid · ask">
      {instruments.length === 0 && <Empty>No market is connected. Start with --market simulated.</Empty>}
      <ul>
        {instruments.map((instrument) => (
          <li key={instrument.instrument_id} className="border-t border-line/60 first:border-0">
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
  const quote = useQuote(instrument.instrument_id);
  const decimals = decimalsOf(instrument.tick_size);
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={onChoose}
      className={`flex w-full items-baseline justify-between gap-4 px-4 py-2.5 text-left hover:bg-raised ${isChosen ? "bg-raised" : ""}`}
    >
      <span className="font-medium">{instrument.symbol}</span>
      {quote?.bid && quote.ask ? (
        <span key={quote.ask} className={`glow rounded px-1 tabular-nums ${quote.stale ? "text-muted" : ""}`}>
          {figure(quote.bid, decimals)} <span className="text-muted">·</span> {figure(quote.ask, decimals)}
          {quote.stale && <span className="ml-2 text-xs text-attention">stale</span>}
        </span>
      ) : (
        <span className="text-muted">no quote yet</span>
      )}
    </button>
  );
}

/** The last quote: asked for once, then kept by the stream. */
export function useQuote(instrument: string): Quote | undefined {
  const queries = useQueryClient();
  const keep = useCallback(
    (frame: Frame) => {
      queries.setQueryData<Quote>(quoteKey(instrument), (known) => ({
        ...known,
        ...(frame.data as Quote),
        stale: false,
      }));
    },
    [queries, instrument],
  );
  useChannel(`quotes:${instrument}`, keep);
  const { data } = useQuery({
    queryKey: quoteKey(instrument),
    queryFn: async () =>
      answered(await api.GET("/v1/quotes/{instrument}", { params: { path: { instrument } } })),
    staleTime: Infinity,
  });
  return data;
}
