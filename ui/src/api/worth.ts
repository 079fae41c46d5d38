import { keepPreviousData, queryOptions, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";

import { minus, over } from "../design/decimals";
import { useMoment } from "../state/moment";
import { answered, api } from "./client";
import { Following } from "./following";
import type { components } from "./generated/schema";
import { useChannel } from "./live";

export { decimalsShown } from "../design/figures";
export type Valuation = components["schemas"]["Valuation"];
export type AssetValue = components["schemas"]["AssetValue"];
export type ContractValue = components["schemas"]["ContractValue"];
export type Standing = components["schemas"]["FullAccount"];

const refreshMs = 5_000;
/** Every account asked about is two questions every few seconds. */
export const accountsValuedMax = 12;

/** What an account is worth, asset by asset, now or as of a journal position. */
export function valuationOf(accountId: string, asOf: string | null) {
  return queryOptions({
    queryKey: ["worth", accountId, "valuation", asOf],
    queryFn: () =>
      answered(
        api.GET("/v1/accounts/{account_id}/valuation", {
          params: { path: { account_id: accountId }, query: asOf ? { as_of: asOf } : {} },
        }),
      ),
    refetchInterval: asOf ? false : refreshMs,
    placeholderData: keepPreviousData,
  });
}

/** The whole account: limits, balances, open orders, positions, and what its losses are measured against. */
export function standingOf(accountId: string, asOf: string | null) {
  return queryOptions({
    queryKey: ["worth", accountId, "standing", asOf],
    queryFn: () =>
      answered(
        api.GET("/v1/accounts/{account_id}/state", {
          params: { path: { account_id: accountId }, query: asOf ? { as_of: asOf } : {} },
        }),
      ),
    // Equity is measured a moment after the first fill, and nothing tells of that.
    refetchInterval: ({ state }) => (asOf ? false : state.data?.equity ? refreshMs * 3 : refreshMs),
    placeholderData: keepPreviousData,
  });
}

/**
 * Both, at the moment that the pages show. While one of them is still of another moment they are old: nothing may be
 * computed from the two together.
 */
export function useWorth(accountId: string) {
  const asOf = useMoment((moment) => moment.asOf);
  const valuation = useQuery(valuationOf(accountId, asOf));
  const standing = useQuery(standingOf(accountId, asOf));
  return { asOf, valuation, standing, isOld: valuation.isPlaceholderData || standing.isPlaceholderData };
}

/** Both of several accounts, in their order; of the first `accountsValuedMax`. */
export function useWorths(accountIds: string[]) {
  const asOf = useMoment((moment) => moment.asOf);
  const asked = accountIds.slice(0, accountsValuedMax);
  const valuations = useQueries({ queries: asked.map((each) => valuationOf(each, asOf)) });
  const standings = useQueries({ queries: asked.map((each) => standingOf(each, asOf)) });
  return asked.map((accountId, place) => ({
    accountId,
    valuation: valuations[place]?.data,
    standing: standings[place]?.data,
    isOld: [valuations[place], standings[place]].some((each) => each?.isPlaceholderData),
    error: valuations[place]?.error ?? standings[place]?.error ?? null,
  }));
}

/** Ask again what the account is worth as soon as the stream tells that its balances or orders moved. */
export function useWorthFollows(accountId: string): void {
  const queries = useQueryClient();
  const following = useMemo(
    () => new Following(() => queries.invalidateQueries({ queryKey: ["worth", accountId] })),
    [queries, accountId],
  );
  useEffect(() => following.stop, [following]);
  useChannel(`balances:${accountId}`, following.changed);
  useChannel(`orders:${accountId}`, following.changed);
}

/** The account's valuation while `isWanted`, asked for anew whenever its balances or orders move. */
export function useValuation(accountId: string, isWanted: boolean): Valuation | undefined {
  const asOf = useMoment((moment) => moment.asOf);
  useWorthFollows(accountId);
  const { data, isPlaceholderData } = useQuery({ ...valuationOf(accountId, asOf), enabled: isWanted });
  return isPlaceholderData ? undefined : data;
}

/** Profit or loss since the day opened: the figure, and as a fraction of what it opened with. */
export function dayPnl(equity: string, standing: Pick<Standing, "equity"> | undefined) {
  const opened = standing?.equity?.day_open;
  if (opened === undefined) return null;
  const amount = minus(equity, opened);
  return { amount, share: over(amount, opened, 6) };
}

/** How far equity is below its peak, as a fraction of it; null where there was none. */
export function drawdownOf(equity: string, standing: Pick<Standing, "equity"> | undefined): string | null {
  const peak = standing?.equity?.peak;
  if (peak === undefined) return null;
  const fall = over(minus(peak, equity), peak, 6);
  return fall?.startsWith("-") ? "0" : fall;
}
