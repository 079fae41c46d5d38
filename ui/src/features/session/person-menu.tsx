import { spoken } from "../../design/words";
import { useQueryClient } from "@tanstack/react-query";
import { CircleUser, LogOut } from "lucide-react";

import { api } from "../../api/client";
import { useMe } from "../../api/me";
import { useSession } from "../../api/session";
import { IconButton } from "../../design/icon-button";
import { Menu, MenuItem, MenuLabel } from "../../design/menu";
import { forgetWork } from "../../state/work";

/** Longer than this nobody waits for the server's goodbye. */
const goodbyeMsMax = 3_000;

/** Who is signed in, and the way out. The session ends on the server too; should that not answer, it still ends here. */
export function PersonMenu() {
  const { data: me } = useMe();
  const signOut = useSession((session) => session.signOut);
  const queries = useQueryClient();
  const leave = async () => {
    await api.POST("/v1/auth/logout", { signal: AbortSignal.timeout(goodbyeMsMax) }).catch(() => undefined);
    signOut();
    forgetWork();
    queries.clear();
  };
  return (
    <Menu trigger={<IconButton label="You" icon={<CircleUser />} />}>
      <MenuLabel>
        <span className="block text-sm font-medium text-text">{me?.name ?? me?.email ?? "…"}</span>
        {me && <span>{spoken(me.role)}</span>}
      </MenuLabel>
      <MenuItem
        icon={<LogOut />}
        onChoose={() => {
          void leave();
        }}
      >
        Sign out
      </MenuItem>
    </Menu>
  );
}
