import { useQuery } from "@tanstack/react-query";

import { answered, api } from "../../api/client";

/** What can be traded. */
export function useInstruments() {
  return useQuery({
    queryKey: ["instruments"],
    queryFn: async () => (await answered(api.GET("/v1/instruments"))).items,
    staleTime: Infinity,
  });
}
