import { Link, useRouterState } from "@tanstack/react-router";
import { PanelLeftClose, PanelLeftOpen } from "lucide-react";

import { IconButton } from "../design/icon-button";
import { usePreferences } from "../state/preferences";
import { placeAt, places } from "./places";

/** Where one can go: at the left, at the bottom on phones. */
export function Rail() {
  const { isRailNarrow, prefer } = usePreferences();
  const here = useRouterState({ select: (state) => placeAt(state.location.pathname)?.path });
  return (
    <nav
      aria-label="Rooms"
      className={`z-20 flex shrink-0 border-line bg-surface max-sm:fixed max-sm:inset-x-0 max-sm:bottom-0 max-sm:border-t max-sm:pb-[env(safe-area-inset-bottom)] sm:sticky sm:top-0 sm:h-dvh sm:flex-col sm:border-r sm:p-2 ${isRailNarrow ? "sm:w-14" : "sm:w-14 lg:w-44"}`}
    >
      <Link to="/" aria-label="Tradebook" className="flex h-10 items-center gap-2.5 px-2 max-sm:hidden">
        <img src="/icon.svg" alt="" className="size-6 shrink-0" />
        {!isRailNarrow && <span className="font-semibold max-lg:hidden">Tradebook</span>}
      </Link>
      <ul className="flex flex-1 max-sm:justify-around sm:mt-3 sm:flex-col sm:gap-0.5">
        {places.map(({ path, name, icon: Icon, key }) => (
          <li key={path} className="max-sm:flex-1">
            <Link
              to={path}
              activeOptions={{ exact: path === "/" }}
              aria-current={path === here ? "page" : undefined}
              title={`${name} (g ${key})`}
              className="flex items-center gap-2.5 rounded-control px-2 text-muted hover:bg-raised hover:text-text aria-[current=page]:bg-raised aria-[current=page]:text-text max-sm:h-14 max-sm:flex-col max-sm:justify-center max-sm:gap-0.5 max-sm:text-[11px] sm:h-9 touch:sm:h-11"
            >
              <Icon aria-hidden className="size-[18px] shrink-0" />
              <span className={isRailNarrow ? "sm:sr-only" : "sm:max-lg:sr-only"}>{name}</span>
            </Link>
          </li>
        ))}
      </ul>
      <IconButton
        className="max-lg:hidden"
        label={isRailNarrow ? "Show the names of the rooms" : "Show icons only"}
        icon={isRailNarrow ? <PanelLeftOpen /> : <PanelLeftClose />}
        onClick={() => {
          prefer({ isRailNarrow: !isRailNarrow });
        }}
      />
    </nav>
  );
}
