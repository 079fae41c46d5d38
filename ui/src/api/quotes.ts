import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import { answered, api } from "./client";
import { useChannelPerFrame } from "./frames";
import { type Frame, useLink } from "./live";
import type { Quote } from "./types";
import { useNow } from "../design/clock";

/** The best bid and ask, and when this page learnt of them, in ms since 1970. */
export interface HeardQuote {
  bid: string | null;
  ask: string | null;
  at: string | null;
  heardAt: number;
}

const quoteKey = (instrument: string) => ["quotes", instrument] as const;

/** Older than this a price is called stale: accounts take no orders on one by default. */
const staleAfterMs = 30_000;

/** Whatever says so: the page is cut off, or the feed is silent although it is not. */
export function isStale(quote: HeardQuote, now: number, isLive: boolean): boolean {
  return !isLive || now - quote.heardAt > staleAfterMs;
}

/** The later of an answer and of what the stream has told meanwhile. */
export function later(answer: HeardQuote, told: HeardQuote | undefined): HeardQuote {
  return told?.at && (!answer.at || Date.parse(told.at) > Date.parse(answer.at)) ? told : answer;
}

/** The last quote, whose age the server knows, then kept by the stream; and whether it is stale. */
export function useQuote(instrument: string) {
  const queries = useQueryClient();
  const keep = useCallback(
    (frames: Frame[]) => {
      // A snapshot does not tell its age; the answer to a question does.
      if (frames.some((frame) => frame.type === "snapshot"))
        void queries.invalidateQueries({ queryKey: quoteKey(instrument) });
      const newest = frames.findLast((frame) => frame.type === "change");
      if (newest)
        queries.setQueryData<HeardQuote>(quoteKey(instrument), {
          ...(newest.data as Quote),
          heardAt: Date.now(),
        });
    },
    [queries, instrument],
  );
  useChannelPerFrame(`quotes:${instrument}`, keep);
  const { data: quote } = useQuery({
    queryKey: quoteKey(instrument),
    queryFn: async () => {
      const answer = await answered(api.GET("/v1/quotes/{instrument}", { params: { path: { instrument } } }));
      const heard = { ...answer, heardAt: Date.now() - (answer.age_s ?? 0) * 1000 };
      return later(heard, queries.getQueryData<HeardQuote>(quoteKey(instrument)));
    },
    staleTime: Infinity,
  });
  const now = useNow();
  const isLive = useLink((link) => link.state === "live");
  return {
    quote,
    isStale: quote !== undefined && isStale(quote, now, isLive),
    ageMs: now - (quote?.heardAt ?? now),
  };
}
