import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answered, api } from "./client";
import type { Leverage } from "./types";

const keyOf = (accountId: string) => ["leverages", accountId];

/** How positions of the account are secured in each contract for which somebody has said so. */
export function useLeverages(accountId: string, isWanted: boolean): Leverage[] | undefined {
  return useQuery({
    queryKey: keyOf(accountId),
    enabled: isWanted,
    queryFn: async ({ signal }) => {
      const params = { path: { account_id: accountId }, query: { limit: 500 } };
      return (await answered(api.GET("/v1/accounts/{account_id}/leverage", { params, signal }))).items;
    },
  }).data;
}

/** How many times its margin a position in the instrument may be worth; undefined while that is not known. */
export function useLeverage(accountId: string, instrumentId: string, isWanted: boolean): string | undefined {
  const all = useLeverages(accountId, isWanted);
  return all && (all.find((each) => each.instrument === instrumentId)?.leverage ?? "1");
}

/** Ask for another leverage. */
export function useSetLeverage(accountId: string, instrumentId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (leverage: string) =>
      answered(
        api.PUT("/v1/accounts/{account_id}/leverage", {
          params: { path: { account_id: accountId } },
          body: { instrument: instrumentId, leverage },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: keyOf(accountId) }),
  });
}
