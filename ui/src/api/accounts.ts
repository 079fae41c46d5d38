import { useQuery } from "@tanstack/react-query";

import { usePreferences } from "../state/preferences";
import { answered, api } from "./client";

/** The accounts that the signed-in person may see. */
export function useAccounts() {
  return useQuery({
    queryKey: ["accounts"],
    queryFn: async () =>
      (await answered(api.GET("/v1/accounts", { params: { query: { limit: 500 } } }))).items,
  });
}

/** The account that the pages are about: the one chosen last, else the newest; undefined while there is none. */
export function useAccount() {
  const chosen = usePreferences((preferences) => preferences.accountId);
  const { data: accounts } = useAccounts();
  return accounts?.find((each) => each.account_id === chosen) ?? accounts?.[0];
}
