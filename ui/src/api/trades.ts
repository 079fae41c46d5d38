import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";

import { answered, api } from "./client";
import { useChannelPerFrame } from "./frames";
import type { Frame } from "./live";
import { withPrints } from "./prints";
import type { Trade } from "./types";

const tradesKey = (instrument: string) => ["trades", instrument] as const;
const lastKey = (instrument: string) => ["last trade", instrument] as const;
/** The server writes prints in batches: what came just before the stream began can be asked for this much later. */
const writtenAfterMs = 2_500;

/** The newest prints, kept by the stream. */
export function useTrades(instrument: string) {
  const queries = useQueryClient();
  const askAgainLater = useAskAgain(instrument);
  const keep = useCallback(
    (frames: Frame[]) => {
      const told = frames.flatMap((frame) => frame.data as Trade[]);
      queries.setQueryData<Trade[]>(tradesKey(instrument), (known) => withPrints(known ?? [], told));
      if (frames.some((frame) => frame.type === "snapshot")) {
        // The stream begins, or begins again: what was missed before is asked for.
        void queries.invalidateQueries({ queryKey: tradesKey(instrument) });
        askAgainLater();
      }
    },
    [queries, instrument, askAgainLater],
  );
  useChannelPerFrame(`trades:${instrument}`, keep);
  return useQuery({
    queryKey: tradesKey(instrument),
    queryFn: async () => {
      const { items } = await answered(
        api.GET("/v1/trades/{instrument}", { params: { path: { instrument } } }),
      );
      return withPrints(queries.getQueryData<Trade[]>(tradesKey(instrument)) ?? [], items);
    },
    staleTime: Infinity,
    refetchOnMount: "always",
  });
}

/** Ask once more when the server has written what came just before; at first, and whenever that is called. */
function useAskAgain(instrument: string): () => void {
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const later = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      void queries.invalidateQueries({ queryKey: tradesKey(instrument) });
    }, writtenAfterMs);
  }, [queries, instrument]);
  useEffect(() => {
    later();
    return () => {
      clearTimeout(timer.current);
    };
  }, [later]);
  return later;
}

interface Last {
  price: string | null;
  heardAt: number;
}

/** The price of the last print, kept by the stream; null while there is none, undefined while that is not known. */
export function useLastPrice(instrument: string): string | null | undefined {
  const queries = useQueryClient();
  const keep = useCallback(
    (frames: Frame[]) => {
      const newest = frames.flatMap((frame) => frame.data as Trade[]).at(-1);
      if (newest)
        queries.setQueryData<Last>(lastKey(instrument), { price: newest.price, heardAt: Date.now() });
    },
    [queries, instrument],
  );
  useChannelPerFrame(`trades:${instrument}`, keep);
  const { data } = useQuery<Last>({
    queryKey: lastKey(instrument),
    queryFn: async () => {
      const askedAt = Date.now();
      const { last } = await answered(
        api.GET("/v1/quotes/{instrument}", { params: { path: { instrument } } }),
      );
      const told = queries.getQueryData<Last>(lastKey(instrument));
      return told && told.heardAt >= askedAt ? told : { price: last, heardAt: Date.now() };
    },
    staleTime: Infinity,
    refetchOnMount: "always",
  });
  return data?.price;
}
