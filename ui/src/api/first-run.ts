import { useQuery } from "@tanstack/react-query";

import { answered, api } from "./client";

/** What somebody has to know of this book before they sign in: whether it has an owner, and whether it is a demo. */
export function useFirstRun() {
  return useQuery({
    queryKey: ["first-run"],
    queryFn: () => answered(api.GET("/v1/first-run")),
    staleTime: 60_000,
  });
}
