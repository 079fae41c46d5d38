import { useQueryClient } from "@tanstack/react-query";

import { api } from "../../api/client";
import { useSession } from "../../api/session";
import { Button } from "../../design/controls";

/** Ends the session on the server as well; should that not answer, the session still ends here. */
export function SignOut() {
  const signOut = useSession((session) => session.signOut);
  const queries = useQueryClient();
  const leave = async () => {
    await api.POST("/v1/auth/logout").catch(() => undefined);
    signOut();
    queries.clear();
  };
  return (
    <Button tone="quiet" className="whitespace-nowrap" onClick={() => void leave()}>
      Sign out
    </Button>
  );
}
