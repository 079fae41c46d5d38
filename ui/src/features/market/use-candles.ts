import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from "react";

import { candlesBetween, firstCandleAt, intervalSeconds, newestCandles } from "../../api/candles";
import { useChannelPerFrame } from "../../api/frames";
import type { Frame } from "../../api/live";
import type { Candle, Interval } from "../../api/types";
import { CandleHistory } from "./candle-history";
import { barsMax, CandleStore } from "./candle-store";

/** What a frame of a channel of candles says: the newest ones at first, then each as it grows. */
function candlesOf(frame: Frame): Candle[] {
  return frame.type === "snapshot" ? (frame.data as { items: Candle[] }).items : [frame.data as Candle];
}

/** The candles of an instrument, kept by the stream; `loadPast` reads the page before the oldest, once at a time. */
export function useCandles(instrument: string, interval: Interval) {
  const { store, history } = useMemo(
    () => ({
      store: new CandleStore(),
      history: new CandleHistory(
        {
          between: (start, end) => candlesBetween(instrument, interval, start, end),
          firstAt: (before) => firstCandleAt(instrument, interval, before),
        },
        intervalSeconds[interval],
      ),
    }),
    [instrument, interval],
  );
  const tell = useCallback(
    (frames: Frame[]) => {
      store.tell(frames.flatMap(candlesOf));
    },
    [store],
  );
  useChannelPerFrame(`candles:${instrument}:${interval}`, tell);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["candles", instrument, interval],
    queryFn: () => newestCandles(instrument, interval),
    // The store keeps them; an answer from before would only be older.
    gcTime: 0,
    staleTime: Infinity,
  });
  useEffect(() => {
    if (data) store.fill(data);
  }, [data, store]);
  const hasBars = useSyncExternalStore(store.subscribe, () => store.bars.length > 0);
  const loadPast = usePast(store, history);
  return { store, hasBars, error, isPending, refetch, loadPast };
}

function usePast(store: CandleStore, history: CandleHistory): () => void {
  const isReading = useRef(false);
  return useCallback(() => {
    const oldest = store.bars[0]?.time;
    if (isReading.current || history.isAtBeginning || oldest === undefined) return;
    if (store.bars.length >= barsMax) return;
    isReading.current = true;
    void history
      .older(oldest)
      .then((candles) => {
        store.fill(candles);
      })
      // The past is asked for again with the next move; what is shown stays true without it.
      .catch(() => undefined)
      .finally(() => {
        isReading.current = false;
      });
  }, [store, history]);
}
