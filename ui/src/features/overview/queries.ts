import { keepPreviousData, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import { answered, api } from "../../api/client";
import { useChannel } from "../../api/live";
import { fillsThen } from "../../api/past";
import { type Range, sinceOf } from "./ranges";

const dayMs = 86_400_000;
const recentFills = 20;
/** Feeds are looked at for what is owned or ordered, and for no more than so many. */
const feedsMax = 20;

/** How equity moved over a range that ends at `until`; under time travel nothing counts that came after `asOf`. */
export function useEquity(accountId: string, range: Range, until: string | undefined, asOf: string | null) {
  return useQuery({
    queryKey: ["worth", accountId, "equity", range, asOf],
    queryFn: async () => {
      const since = sinceOf(range, until ?? new Date().toISOString());
      const query = { ...(since && { since }), ...(asOf && { as_of: asOf }) };
      const curve = await answered(
        api.GET("/v1/accounts/{account_id}/equity", { params: { path: { account_id: accountId }, query } }),
      );
      return { ...curve, since };
    },
    enabled: until !== undefined,
    placeholderData: keepPreviousData,
  });
}

/** The newest fills, up to a journal position under time travel. */
export function useRecentFills(accountId: string, asOf: string | null) {
  return useQuery({
    queryKey: ["worth", accountId, "fills", asOf],
    queryFn: async () => {
      if (asOf !== null) return fillsThen(accountId, asOf, recentFills);
      const params = { path: { account_id: accountId }, query: { limit: recentFills } };
      return (await answered(api.GET("/v1/accounts/{account_id}/fills", { params }))).items;
    },
    placeholderData: keepPreviousData,
  });
}

/** The newest orders of an account, as they stood then under time travel. */
export function useRecentOrders(accountId: string, asOf: string | null) {
  return useQuery({
    queryKey: ["worth", accountId, "orders", asOf],
    queryFn: async () =>
      (
        await answered(
          api.GET("/v1/orders", {
            params: { query: { account_id: accountId, limit: 50, ...(asOf && { as_of: asOf }) } },
          }),
        )
      ).items,
    placeholderData: keepPreviousData,
  });
}

/** Orders of every account that went wrong: refused in the last day, or of an unknown outcome at any time. */
export function useTroubledOrders(accountId: string, isWanted: boolean) {
  return useQuery({
    // Beside what the account is worth: whatever moves there is a reason to look again.
    queryKey: ["worth", accountId, "troubled"],
    queryFn: async () => {
      const since = new Date(Date.now() - dayMs).toISOString();
      const [unknown, refused] = await Promise.all([
        answered(api.GET("/v1/orders", { params: { query: { status: "unknown", limit: 50 } } })),
        answered(
          api.GET("/v1/orders", { params: { query: { status: "denied,rejected", since, limit: 100 } } }),
        ),
      ]);
      return [...unknown.items, ...refused.items];
    },
    // Other accounts than this one are not listened to.
    refetchInterval: 5_000,
    enabled: isWanted,
  });
}

/** How the server and its views are, asked again as soon as one of its parts changes. */
export function useSystem(isWanted: boolean) {
  const queries = useQueryClient();
  const ask = useCallback(() => void queries.invalidateQueries({ queryKey: ["system"] }), [queries]);
  useChannel("system", ask);
  return useQuery({
    queryKey: ["system"],
    queryFn: () => answered(api.GET("/v1/system")),
    refetchInterval: 30_000,
    enabled: isWanted,
  });
}

/** How fresh the prices of some instruments are, by the server's own judgement. */
export function useFeeds(instruments: string[], isWanted: boolean) {
  const found = useQueries({
    queries: instruments.slice(0, feedsMax).map((instrument) => ({
      queryKey: ["feeds", instrument],
      queryFn: () => answered(api.GET("/v1/quotes/{instrument}", { params: { path: { instrument } } })),
      refetchInterval: 10_000,
      enabled: isWanted,
    })),
  });
  return found.flatMap(({ data }) => data ?? []);
}
