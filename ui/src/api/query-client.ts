import { QueryClient } from "@tanstack/react-query";

/**
 * What asks and changes. Whether the machine has a network says nothing of the server, which may be on it; and a change
 * is sent when it is asked for or not at all, never once the network is back.
 */
export function newQueryClient(): QueryClient {
  const networkMode = "always";
  return new QueryClient({
    defaultOptions: { queries: { retry: 1, staleTime: 5_000, networkMode }, mutations: { networkMode } },
  });
}
