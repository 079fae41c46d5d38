import { useQuery } from "@tanstack/react-query";

import { answered, api } from "./client";
import { useSession } from "./session";

/** Who is signed in, and what they may do. */
export function useMe() {
  const isSignedIn = useSession((session) => session.accessToken !== null);
  return useQuery({
    queryKey: ["me"],
    queryFn: () => answered(api.GET("/v1/auth/me")),
    staleTime: 60_000,
    enabled: isSignedIn,
  });
}

/** Whether the signed-in person has a scope; false while that is not known. */
export function useMay(scope: string): boolean {
  const { data: me } = useMe();
  return me?.scopes.includes(scope as never) ?? false;
}
