import { useQuery } from "@tanstack/react-query";

import { useBalances, useFills, useOrders, usePositions } from "../../api/book";
import { answered, api } from "../../api/client";
import { fillsThen, openOrdersThen } from "../../api/past";
import type { Balance, Fill, Order, Position } from "../../api/types";
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

/** The account's orders; of the past only those that were open then. */
export function useOrdersShown(accountId: string): Shown<Order> {
  return useShown("orders", accountId, useOrders(accountId), (asOf, signal) =>
    openOrdersThen(accountId, asOf, signal),
  );
}

/** The account's newest fills. */
export function useFillsShown(accountId: string): Shown<Fill> {
  return useShown("fills", accountId, useFills(accountId), (asOf, signal) =>
    fillsThen(accountId, asOf, undefined, signal),
  );
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
