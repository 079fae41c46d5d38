import { useInfiniteQuery } from "@tanstack/react-query";

import { answered, api } from "../../api/client";
import type { components } from "../../api/generated/schema";

export type Document = components["schemas"]["Explanation"];

const pageEvents = 50;

/** The explanation of a figure, now or as of a position, a page of what is behind it at a time. */
export function useExplanation(of: string, asOf: string | null) {
  return useInfiniteQuery({
    queryKey: ["explain", of, asOf],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const query = {
        of,
        limit: pageEvents,
        ...(asOf && { as_of: asOf }),
        ...(pageParam && { cursor: pageParam }),
      };
      return answered(api.GET("/v1/explain", { params: { query } }));
    },
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 0,
    refetchOnWindowFocus: false,
  });
}

const filePagesMax = 200;

/** All that is behind the figure, for a file: what is not here yet is asked for, up to 10 000 events. */
export async function wholeOf(explained: ReturnType<typeof useExplanation>): Promise<Document[]> {
  let found: Pick<typeof explained, "data" | "hasNextPage" | "fetchNextPage"> = explained;
  for (let page = 0; found.hasNextPage && page < filePagesMax; page += 1)
    found = await found.fetchNextPage({ throwOnError: true });
  return found.data?.pages ?? [];
}
