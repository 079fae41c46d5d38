import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answered, api } from "./client";
import type { components } from "./generated/schema";

export type SwitchState = components["schemas"]["SwitchState"];
export type SwitchTerms = components["schemas"]["SwitchTerms"];
export type SwitchRequest = components["schemas"]["SwitchRequest"];

const askEveryMs = 10_000;
const path = "/v1/accounts/{account_id}/dead-mans-switch";
const keyOf = (accountId: string) => ["dead-mans-switch", accountId];

/** What the venue does with the account's orders when it hears nothing of the server any more. */
export function useSwitch(accountId: string) {
  return useQuery({
    queryKey: keyOf(accountId),
    queryFn: () => answered(api.GET(path, { params: { path: { account_id: accountId } } })),
    refetchInterval: askEveryMs,
  });
}

/** Have it otherwise. */
export function useSetSwitch(accountId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: SwitchRequest) =>
      answered(api.PUT(path, { params: { path: { account_id: accountId } }, body })),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf(accountId) }),
  });
}
