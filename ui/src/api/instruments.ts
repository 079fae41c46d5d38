import { useQuery } from "@tanstack/react-query";

import { answered, api } from "./client";

/** What can be traded. */
export function useInstruments() {
  return useQuery({
    queryKey: ["instruments"],
    queryFn: async () => (await answered(api.GET("/v1/instruments"))).items,
    staleTime: Infinity,
  });
}

/** The instrument with this id, once it is known. */
export function useInstrument(instrumentId: string) {
  return useInstruments().data?.find((each) => each.instrument_id === instrumentId);
}
