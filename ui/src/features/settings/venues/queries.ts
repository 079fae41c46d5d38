import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answered, api, done, Refused } from "../../../api/client";

const slowMs = 10_000;
const fastMs = 1_000;

/** Where orders can go, and where accounts can be connected. */
export function useVenues() {
  return useQuery({
    queryKey: ["venues"],
    queryFn: async () => (await answered(api.GET("/v1/venues", { params: { query: { limit: 500 } } }))).items,
  });
}

/** By what an account is connected; null where it is not. */
export function useCredential(accountId: string) {
  return useQuery({
    queryKey: ["venue credential", accountId],
    queryFn: async () => {
      const params = { path: { account_id: accountId } };
      try {
        return await answered(api.GET("/v1/accounts/{account_id}/venue-credential", { params }));
      } catch (error) {
        if (error instanceof Refused && error.status === 404) return null;
        throw error;
      }
    },
  });
}

/** What the account has; asked for until there is something. */
export function useOpeningBalances(accountId: string) {
  return useQuery({
    queryKey: ["worth", accountId, "opening"],
    queryFn: async () => {
      const params = { path: { account_id: accountId } };
      return (await answered(api.GET("/v1/accounts/{account_id}/balances", { params }))).items;
    },
    refetchInterval: ({ state }) => (state.data?.length ? slowMs : fastMs),
  });
}

export interface PastedKey {
  secrets: Record<string, string>;
  confirmed_by_owner?: string;
}

/** Hands a key to the server. `read` is asked for it at that moment: the page holds it nowhere else. */
export function useConnect(accountId: string, read: () => PastedKey, onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const params = { path: { account_id: accountId } };
      return answered(api.POST("/v1/accounts/{account_id}/venue-credential", { params, body: read() }));
    },
    onSuccess: async (credential) => {
      queries.setQueryData(["venue credential", accountId], credential);
      onDone();
      await queries.invalidateQueries({ queryKey: ["venues health"] });
    },
  });
}

/** Has the server destroy the key. */
export function useDisconnect(accountId: string) {
  const queries = useQueryClient();
  return async () => {
    const params = { path: { account_id: accountId } };
    await done(api.DELETE("/v1/accounts/{account_id}/venue-credential", { params }));
    queries.setQueryData(["venue credential", accountId], null);
    await queries.invalidateQueries({ queryKey: ["venues health"] });
  };
}
