import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";

import { useAccount } from "../../api/accounts";
import { answered, api } from "../../api/client";
import { useMe } from "../../api/me";
import type { JournalEvent } from "../../api/types";
import { valuationOf } from "../../api/worth";
import { type JournalSearch, queryOf } from "./filters";
import { type EventPage, type EventPages, pageEvents, withNewer } from "./newer";

const newerMax = 100;
const followMs = 2_000;
const systemMs = 10_000;
/** A rare match is looked for by itself through so many stretches, then only when somebody asks for more. */
const stretchesMax = 10;
const rowsEnough = 40;

function keyOf(search: JournalSearch, asOf: string | null) {
  return ["journal", "events", search, asOf] as const;
}

async function pageOf(search: JournalSearch, asOf: string | null, cursor: string | null): Promise<EventPage> {
  const head = asOf ?? (cursor ? "" : (await answered(api.GET("/v1/journal/head"))).position);
  const place = cursor ? { cursor } : { before: Number(head) + 1 };
  const query = { ...queryOf(search), order: "desc" as const, limit: pageEvents, ...place };
  return { ...(await answered(api.GET("/v1/journal", { params: { query } }))), head };
}

/** Events that `search` finds up to `asOf` (null: now), the newest first, page by page. */
export function useEvents(search: JournalSearch, asOf: string | null) {
  const found = useInfiniteQuery({
    queryKey: keyOf(search, asOf),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => pageOf(search, asOf, pageParam),
    getNextPageParam: (page) => page.next_cursor,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
  const { data, hasNextPage, isFetching, isPlaceholderData, fetchNextPage } = found;
  const events = useMemo(() => data?.pages.flatMap((page) => page.items), [data]);
  const looksOn =
    hasNextPage &&
    !isPlaceholderData &&
    (events?.length ?? 0) < rowsEnough &&
    (data?.pages.length ?? 0) < stretchesMax;
  useEffect(() => {
    if (looksOn && !isFetching) void fetchNextPage();
  }, [looksOn, isFetching, fetchNextPage]);
  return { ...found, events, looksOn };
}

/** What has come since the list was read, and how to take it in. */
export function useNewer(search: JournalSearch, head: string | undefined) {
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: ["journal", "newer", search, head],
    queryFn: () => {
      const query = {
        ...queryOf(search),
        ...{ after: Number(head), order: "desc" as const, limit: newerMax },
      };
      return answered(api.GET("/v1/journal", { params: { query } }));
    },
    enabled: head !== undefined,
    refetchInterval: followMs,
    // Each answer is asked for under a name of its own, and taken in.
    gcTime: 0,
  });
  const items = data?.items ?? [];
  const takeIn = () => {
    const key = keyOf(search, null);
    queries.setQueryData<EventPages>(
      key,
      (known) => known && withNewer(known, items, data?.next_cursor ?? null),
    );
  };
  return { count: items.length, isMore: items.length === newerMax, takeIn };
}

/** One event. */
export function useEvent(position: string) {
  return useQuery({
    queryKey: ["journal", "event", position],
    queryFn: () =>
      answered(api.GET("/v1/journal/{position}", { params: { path: { position: Number(position) } } })),
    staleTime: Infinity,
    placeholderData: keepPreviousData,
    enabled: /^[1-9]\d*$/.test(position),
  });
}

/** The account before and after an event of its stream. */
export function useChange({ position }: JournalEvent) {
  return useQuery({
    queryKey: ["journal", "change", position],
    queryFn: () => answered(api.GET("/v1/journal/{position}/change", { params: { path: { position } } })),
    staleTime: Infinity,
  });
}

/** The postings that an event brought about. */
export function usePostings(accountId: string, position: string) {
  return useQuery({
    queryKey: ["journal", "postings", accountId, position],
    queryFn: async () => {
      const query = { position: Number(position), limit: 100 };
      const params = { path: { account_id: accountId }, query };
      return (await answered(api.GET("/v1/accounts/{account_id}/ledger", { params }))).items;
    },
    staleTime: Infinity,
  });
}

/** Where the journal stands, asked for every two seconds. */
export function useHead(isWanted = true) {
  return useQuery({
    queryKey: ["journal", "head"],
    queryFn: () => answered(api.GET("/v1/journal/head")),
    refetchInterval: followMs,
    enabled: isWanted,
  });
}

/** The newest position. Who may not read the journal learns it from the system. */
export function useNewest(): string | undefined {
  const { data: me } = useMe();
  const may = me?.scopes.includes("audit");
  const head = useHead(may === true);
  const system = useQuery({
    queryKey: ["system"],
    queryFn: () => answered(api.GET("/v1/system")),
    refetchInterval: systemMs,
    enabled: may === false,
  });
  return may ? head.data?.position : system.data?.journal_position;
}

/**
 * When the event at a position (null: none) was recorded; undefined while that is not known. Who may not read the
 * journal learns it from what the account was worth then.
 */
export function useRecordedAt(position: string | null): string | undefined {
  const { data: me } = useMe();
  const accountId = useAccount()?.account_id;
  const may = me?.scopes.includes("audit");
  const event = useEvent(may && position ? position : "");
  const worth = useQuery({
    ...valuationOf(accountId ?? "", position),
    enabled: me !== undefined && !may && position !== null && accountId !== undefined,
  });
  if (position === null) return undefined;
  if (may) return event.data?.position === position ? event.data.recorded_at : undefined;
  return worth.data?.journal_position === position ? worth.data.at : undefined;
}
