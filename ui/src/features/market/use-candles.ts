import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";

import { candlesBetween, firstCandleAt, intervalSeconds, newestCandles } from "../../api/candles";
import { Refused } from "../../api/client";
import { useChannelPerFrame } from "../../api/frames";
import type { Frame } from "../../api/live";
import { fetchPast } from "../../api/past-candles";
import type { Candle, Interval, PastCandles } from "../../api/types";
import { CandleHistory, pageOf } from "./candle-history";
import { barsMax, CandleStore } from "./candle-store";

/** What a channel of candles begins with; then it tells each as it grows. */
interface Newest {
  items: Candle[];
}

/**
 * The candles of an instrument, kept by the stream; `loadPast` reads the page before the oldest, once at a time. The
 * component is of one instrument and interval as long as it is there.
 */
export function useCandles(instrument: string, interval: Interval) {
  const store = useMemo(() => new CandleStore(intervalSeconds[interval]), [interval]);
  const [told, setTold] = useState<PastCandles | null>(null);
  const past = usePast(store, instrument, interval, setTold);
  const { restart } = past;
  const tell = useCallback(
    (frames: Frame[]) => {
      // What was told before a snapshot is in it.
      const begun = frames.findLastIndex((frame) => frame.type === "snapshot");
      const snapshot = frames[begun]?.data as Newest | undefined;
      if (snapshot && store.begin(snapshot.items, "stream")) restart();
      store.tell(frames.slice(begun + 1).map((frame) => frame.data as Candle));
    },
    [store, restart],
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
    if (data && store.begin(data, "answer")) restart();
  }, [data, store, restart]);
  useEffect(() => {
    // What came while nobody listened, and all of what nobody has watched before.
    const start = Math.floor(Date.now() / 1000) - pageOf(intervalSeconds[interval]);
    const leaving = new AbortController();
    fetchPast(instrument, interval, start, setTold, leaving.signal).then(
      ({ state }) => (state === "no_source" ? undefined : refetch()),
      // The chart lives without it, and says what it waits for.
      () => undefined,
    );
    return () => {
      leaving.abort();
    };
  }, [instrument, interval, refetch]);
  const hasBars = useSyncExternalStore(store.subscribe, () => store.bars.length > 0);
  return { store, hasBars, error, isPending, refetch, loadPast: past.load, told };
}

/** Reads the past of what the store has, page by page. */
function usePast(
  store: CandleStore,
  instrument: string,
  interval: Interval,
  tell: (told: PastCandles) => void,
) {
  const history = useRef<CandleHistory>(null);
  const isReading = useRef(false);
  const leaving = useRef<AbortController>(null);
  useEffect(() => {
    const ours = (leaving.current = new AbortController());
    return () => {
      ours.abort();
    };
  }, []);
  const restart = useCallback(() => {
    history.current = null;
  }, []);
  const load = useCallback(() => {
    const oldest = store.bars[0]?.time;
    if (leaving.current === null) return;
    const reading = (history.current ??= historyOf(instrument, interval, tell, leaving.current.signal));
    if (isReading.current || reading.isAtBeginning || oldest === undefined) return;
    if (store.bars.length >= barsMax) return;
    isReading.current = true;
    void reading
      .older(oldest)
      .then((candles) => {
        // The past of what was dropped meanwhile does not belong to what is shown now.
        if (history.current === reading) store.fill(candles);
      })
      // The past is asked for again with the next move; what is shown stays true without it.
      .catch(() => undefined)
      .finally(() => {
        isReading.current = false;
      });
  }, [store, instrument, interval, tell]);
  return { load, restart };
}

function historyOf(
  instrument: string,
  interval: Interval,
  tell: (told: PastCandles) => void,
  leaving: AbortSignal,
): CandleHistory {
  const bring = (start: number) => fetchPast(instrument, interval, start, tell, leaving);
  const read = {
    between: async (start: number, end: number) => {
      // What is here is shown, whether or not the venue can be asked for the rest.
      await bring(start).catch(() => undefined);
      return candlesBetween(instrument, interval, start, end);
    },
    firstAt: async (before: number) => {
      try {
        await bring(before - pageOf(intervalSeconds[interval]));
      } catch (error) {
        // Further back than the server asks a venue: what is here is all. Anything else passes, and is tried again.
        if (!(error instanceof Refused && error.status === 422)) throw error;
      }
      return firstCandleAt(instrument, interval, before);
    },
  };
  return new CandleHistory(read, intervalSeconds[interval]);
}
