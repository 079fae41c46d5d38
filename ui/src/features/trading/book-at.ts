import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { useBalances, useOrders, usePositions } from "../../api/book";
import { answered, api } from "../../api/client";
import type { Balance, Order, Position } from "../../api/types";
import { useMoment } from "../../state/moment";

/** Rows of the account: as they are, kept by the stream, or as they were at the position that is travelled to. */
export interface Shown<Row> {
  rows: Row[] | undefined;
  error: Error | null;
  retry: () => unknown;
  isPast: boolean;
}

function useShown<Row>(
  kind: string,
  accountId: string,
  live: Row[] | undefined,
  ask: (asOf: string, signal: AbortSignal) => Promise<Row[]>,
): Shown<Row> {
  const asOf = useMoment((moment) => moment.asOf);
  const past = useQuery({
    queryKey: ["as-of", kind, accountId, asOf],
    queryFn: ({ signal }) => ask(asOf ?? "", signal),
    enabled: asOf !== null,
    staleTime: Infinity,
  });
  return {
    rows: asOf === null ? live : past.data,
    error: asOf === null ? null : past.error,
    retry: past.refetch,
    isPast: asOf !== null,
  };
}

export function useOrdersShown(accountId: string): Shown<Order> {
  return useShown("orders", accountId, useOrders(accountId), async (asOf, signal) => {
    const query = { account_id: accountId, as_of: asOf };
    return (await answered(api.GET("/v1/orders", { params: { query }, signal }))).items;
  });
}

export function usePositionsShown(accountId: string): Shown<Position> {
  return useShown("positions", accountId, usePositions(accountId), async (asOf, signal) => {
    const params = { path: { account_id: accountId }, query: { as_of: asOf } };
    return (await answered(api.GET("/v1/accounts/{account_id}/positions", { params, signal }))).items;
  });
}

export function useBalancesShown(accountId: string): Shown<Balance> {
  return useShown("balances", accountId, useBalances(accountId), async (asOf, signal) => {
    const params = { path: { account_id: accountId }, query: { as_of: asOf } };
    return (await answered(api.GET("/v1/accounts/{account_id}/balances", { params, signal }))).items;
  });
}

/** When the position that is travelled to was recorded; undefined while that is not known, null for now. */
export function useMomentAt(): string | null | undefined {
  const asOf = useMoment((moment) => moment.asOf);
  const { data } = useQuery({
    queryKey: ["recorded-at", asOf],
    queryFn: async () => {
      const params = { path: { position: Number(asOf) } };
      return (await answered(api.GET("/v1/journal/{position}", { params }))).recorded_at;
    },
    enabled: asOf !== null,
    staleTime: Infinity,
  });
  return asOf === null ? null : data;
}

interface Page<Row> {
  items: Row[];
  next_cursor?: string | null;
}
export type AskPage<Row> = (cursor: string | null, limit: number, signal?: AbortSignal) => Promise<Page<Row>>;

const pageRows = 100;
const fileRows = 500;
const filePagesMax = 200;

/** A list that the server keeps, page by page; `all` asks for the whole of it, up to 100 000 rows. */
export function usePages<Row>(queryKey: readonly unknown[], ask: AskPage<Row>, isEnabled = true) {
  const query = useInfiniteQuery({
    queryKey,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => ask(pageParam, pageRows, signal),
    getNextPageParam: (page) => page.next_cursor,
    enabled: isEnabled,
  });
  const all = async () => {
    const rows: Row[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < filePagesMax; page += 1) {
      const answer: Page<Row> = await ask(cursor, fileRows);
      rows.push(...answer.items);
      cursor = answer.next_cursor ?? null;
      if (!cursor) break;
    }
    return rows;
  };
  return {
    rows: query.data?.pages.flatMap((page) => page.items),
    error: query.error,
    retry: query.refetch,
    more: () => {
      if (query.hasNextPage && !query.isFetching) void query.fetchNextPage();
    },
    all,
  };
}
