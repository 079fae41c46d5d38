import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";

import { type AskPage, everyPage, pageRowsMax, pagesMax } from "../../api/pages";

/** Enough to begin with; who scrolls on gets as many as there can be at once. */
const firstRows = 100;

/** A list that the server keeps, page by page; `all` asks for the whole of it, up to 100 000 rows. */
export function usePages<Row>(queryKey: readonly unknown[], ask: AskPage<Row>) {
  const query = useInfiniteQuery({
    queryKey,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => ask(pageParam, pageParam ? pageRowsMax : firstRows, signal),
    getNextPageParam: (page) => page.next_cursor,
  });
  const pages = query.data?.pages;
  return {
    rows: useMemo(() => pages?.flatMap((page) => page.items), [pages]),
    /** There are no further pages. */
    isWhole: !query.hasNextPage,
    /** As many pages are here as `all` would ask for. */
    isFull: (pages?.length ?? 0) >= pagesMax,
    isAsking: query.isFetching,
    error: query.error,
    retry: query.refetch,
    more: () => {
      if (query.hasNextPage && !query.isFetching) void query.fetchNextPage({ cancelRefetch: false });
    },
    all: () => everyPage(ask),
  };
}

/** Asks for the list anew as soon as it is outdated. */
export function useAskedAgain(isOutdated: boolean, ask: () => unknown): void {
  useEffect(() => {
    if (isOutdated) void ask();
  }, [isOutdated, ask]);
}
