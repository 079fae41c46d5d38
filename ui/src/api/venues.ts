import { useQuery } from "@tanstack/react-query";

import { answered, api } from "./client";
import type { components } from "./generated/schema";

type Schemas = components["schemas"];
export type VenueHealth = Schemas["VenueHealth"];
export type ConnectedAccount = Schemas["VenueAccount"];

const slowMs = 10_000;
const fastMs = 1_000;

/** How an account is at its venue; undefined where it is not connected. */
export function standingOf(health: readonly VenueHealth[], accountId: string): ConnectedAccount | undefined {
  return health.flatMap((each) => each.accounts).find((each) => each.account_id === accountId);
}

/** How each venue is and its accounts there; asked more often until the account `awaited` trades. */
export function useVenuesHealth({ awaited, isWanted = true }: { awaited?: string; isWanted?: boolean } = {}) {
  return useQuery({
    queryKey: ["venues health"],
    queryFn: async () =>
      (await answered(api.GET("/v1/venues/health", { params: { query: { limit: 500 } } }))).items,
    refetchInterval: ({ state }) =>
      awaited && standingOf(state.data ?? [], awaited)?.stage !== "trading" ? fastMs : slowMs,
    enabled: isWanted,
  });
}
