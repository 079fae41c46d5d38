import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import { usePreferences } from "../state/preferences";
import { answered, api } from "./client";
import { useChannel } from "./live";

const whileNoneMs = 2_000;

/** The accounts that the signed-in person may see. */
export function useAccounts() {
  return useQuery({
    queryKey: ["accounts"],
    queryFn: async () =>
      (await answered(api.GET("/v1/accounts", { params: { query: { limit: 500 } } }))).items,
    // A book that has just begun may show its first account before anybody tells of it.
    refetchInterval: ({ state }) => (state.data?.length ? false : whileNoneMs),
  });
}

/** Learn of accounts that are opened or changed, by whomever. */
export function useFollowedAccounts(): void {
  const queries = useQueryClient();
  useChannel(
    "accounts",
    useCallback(() => {
      void queries.invalidateQueries({ queryKey: ["accounts"] });
    }, [queries]),
  );
}

/** The account that the pages are about: the one chosen last, else the newest; undefined while there is none. */
export function useAccount() {
  const chosen = usePreferences((preferences) => preferences.accountId);
  const { data: accounts } = useAccounts();
  return accounts?.find((each) => each.account_id === chosen) ?? accounts?.[0];
}
