import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import { answered, api } from "./client";
import { useChannelPerFrame } from "./frames";
import type { Frame } from "./live";
import type { Depth } from "./types";

/** The book, and when this page learnt of it, in ms since 1970. */
export interface HeardDepth extends Pick<Depth, "bids" | "asks"> {
  heardAt: number;
}

const levels = 25;

/** The best levels of the book, kept by the stream. */
export function useDepth(instrument: string) {
  const queries = useQueryClient();
  const keep = useCallback(
    (frames: Frame[]) => {
      const newest = frames.at(-1);
      if (newest)
        queries.setQueryData<HeardDepth>(["depth", instrument], {
          ...(newest.data as Depth),
          heardAt: Date.now(),
        });
    },
    [queries, instrument],
  );
  useChannelPerFrame(`depth:${instrument}`, keep);
  return useQuery({
    queryKey: ["depth", instrument],
    queryFn: async (): Promise<HeardDepth> => {
      const askedAt = Date.now();
      const answer = await answered(
        api.GET("/v1/depth/{instrument}", { params: { path: { instrument }, query: { levels } } }),
      );
      const told = queries.getQueryData<HeardDepth>(["depth", instrument]);
      // What the stream has told meanwhile is newer than the answer to a question.
      return told && told.heardAt >= askedAt ? told : { ...answer, heardAt: Date.now() };
    },
    staleTime: Infinity,
    refetchOnMount: "always",
  });
}
