import { useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";

import { answered, api } from "./client";
import type { components } from "./generated/schema";
import type { Account } from "./types";

type Schemas = components["schemas"];
export type Difference = Schemas["Difference"];
export type Reconciliation = Schemas["Reconciliation"];

/** What a decision posts. */
export type Posted = Schemas["Posted"];

const askEveryMs = 10_000;
const accountsMax = 20;
/** On the page; older ones are in the journal. */
const shownMax = 200;

/** Everything of accounts' differences begins so: a decision has all of it asked again. */
export const differencesKey = "differences";

/** How an account's book compares with its venue, by the last comparison. */
export function useReconciliation(accountId: string) {
  return useQuery({
    queryKey: [differencesKey, accountId, "report"],
    queryFn: () => {
      const params = { path: { account_id: accountId } };
      return answered(api.GET("/v1/accounts/{account_id}/reconciliation", { params }));
    },
    refetchInterval: askEveryMs,
  });
}

/** Have the account compared with its venue at once; everything of its differences is asked again after that. */
export function useCompareNow(accountId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => {
      const params = { path: { account_id: accountId } };
      return answered(api.POST("/v1/accounts/{account_id}/reconciliation", { params }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: [differencesKey, accountId] }),
  });
}

async function listed(accountId: string, status: "open" | "all"): Promise<Difference[]> {
  const params = { path: { account_id: accountId }, query: { status, limit: shownMax } };
  return (await answered(api.GET("/v1/accounts/{account_id}/differences", { params }))).items;
}

/** What the venue said that does not fit the account's book, the newest first, and what became of it. */
export function useDifferences(accountId: string) {
  return useQuery({
    queryKey: [differencesKey, accountId, "all"],
    queryFn: () => listed(accountId, "all"),
    refetchInterval: askEveryMs,
  });
}

/** What waits for a decision at these accounts. */
export function useOpenDifferences(accounts: Account[], isWanted: boolean): Difference[] {
  const found = useQueries({
    queries: accounts.slice(0, accountsMax).map(({ account_id }) => ({
      queryKey: [differencesKey, account_id, "open"],
      queryFn: () => listed(account_id, "open"),
      refetchInterval: askEveryMs,
      enabled: isWanted,
    })),
  });
  return found.flatMap(({ data }) => data ?? []);
}

/** What adopting a difference would post now; refused as adopting it would be. */
export function useAdoption({ account_id, difference_id }: Difference) {
  return useQuery({
    queryKey: [differencesKey, account_id, "adoption", difference_id],
    queryFn: async () => {
      const params = { path: { account_id, difference_id } };
      const path = "/v1/accounts/{account_id}/differences/{difference_id}/adoption";
      return (await answered(api.GET(path, { params }))).postings;
    },
    gcTime: 0,
    retry: false,
  });
}

export async function adopt({ account_id, difference_id }: Difference, reason: string) {
  const params = { path: { account_id, difference_id } };
  const path = "/v1/accounts/{account_id}/differences/{difference_id}/adopt";
  return answered(api.POST(path, { params, body: { reason } }));
}

export async function explain({ account_id, difference_id }: Difference, reason: string) {
  const params = { path: { account_id, difference_id } };
  const path = "/v1/accounts/{account_id}/differences/{difference_id}/explain";
  return answered(api.POST(path, { params, body: { reason } }));
}
