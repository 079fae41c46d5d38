import { spoken } from "../../design/words";
import { useQueryClient } from "@tanstack/react-query";
import { CircleUser, LogOut } from "lucide-react";
import { useCallback, useMemo } from "react";

import { api } from "../../api/client";
import { useMe } from "../../api/me";
import { useSession } from "../../api/session";
import { IconButton } from "../../design/icon-button";
import { Menu, MenuItem, MenuLabel } from "../../design/menu";
import { type Command, useOffer } from "../../state/commands";
import { forgetWork } from "../../state/work";

/** Longer than this nobody waits for the server's goodbye. */
const goodbyeMsMax = 3_000;

/** The session ends on the server too; should that not answer, it still ends here. */
function useLeave(): () => void {
  const signOut = useSession((session) => session.signOut);
  const queries = useQueryClient();
  return useCallback(() => {
    const goodbye = api.POST("/v1/auth/logout", { signal: AbortSignal.timeout(goodbyeMsMax) });
    void goodbye
      .catch(() => undefined)
      .then(() => {
        signOut();
        forgetWork();
        queries.clear();
      });
  }, [signOut, queries]);
}

/** Who is signed in, and the way out. */
export function PersonMenu() {
  const { data: me } = useMe();
  const leave = useLeave();
  useOffer(
    useMemo<Command[]>(
      () => [{ id: "sign out", title: "Sign out", also: "log out logout leave", group: "You", run: leave }],
      [leave],
    ),
  );
  return (
    <Menu trigger={<IconButton label="You" icon={<CircleUser />} />}>
      <MenuLabel>
        <span className="block text-sm font-medium text-text">{me?.name ?? me?.email ?? "…"}</span>
        {me && <span>{spoken(me.role)}</span>}
      </MenuLabel>
      <MenuItem icon={<LogOut />} onChoose={leave}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
