import { useRouterState } from "@tanstack/react-router";
import { Contrast, Search } from "lucide-react";

import { IconButton } from "../design/icon-button";
import { Menu, MenuChoice, MenuLine } from "../design/menu";
import { placeOf } from "../design/zones";
import { AccountSwitcher } from "../features/session/account-switcher";
import { LinkState } from "../features/session/link-state";
import { PersonMenu } from "../features/session/person-menu";
import { usePreferences } from "../state/preferences";
import { placeAt } from "./places";
import { PrintHeading } from "./print-heading";
import { TravelButton } from "./travel-button";

/** The place, search, the account, how the connection is, the look, the person. */
export function TopBar({ onSearch }: { onSearch: () => void }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const place = placeAt(path);
  return (
    <>
      <PrintHeading place={place?.name ?? "Tradebook"} />
      <header
        data-print="no"
        className="sticky top-0 z-20 flex h-12 shrink-0 items-center gap-2 border-b border-line bg-surface px-3 sm:gap-3 sm:px-4"
      >
        <h1 className="text-lg font-semibold">{place?.name ?? "Tradebook"}</h1>
        <AccountSwitcher />
        <button
          type="button"
          data-tour="search"
          onClick={onSearch}
          className="ml-auto flex h-8 cursor-pointer items-center gap-2 rounded-control border border-line px-2.5 text-sm text-muted hover:border-muted hover:text-text touch:h-10 md:w-56"
        >
          <Search aria-hidden className="size-4" />
          <span className="max-md:sr-only">Search or do</span>
          <kbd className="ml-auto font-sans text-xs max-md:hidden">Ctrl K</kbd>
        </button>
        <LinkState />
        <TravelButton className="max-sm:hidden" />
        <LookMenu />
        <PersonMenu />
      </header>
    </>
  );
}

function LookMenu() {
  const { theme, colours, density, zone, prefer } = usePreferences();
  return (
    <Menu trigger={<IconButton label="Appearance" icon={<Contrast />} className="max-sm:hidden" />}>
      <MenuChoice
        label="Theme"
        options={{ dark: "Dark", light: "Light", system: "As the system" }}
        value={theme}
        onChoose={(chosen) => {
          prefer({ theme: chosen });
        }}
      />
      <MenuLine />
      <MenuChoice
        label="Gain and loss"
        options={{ "green-red": "Green and red", "blue-orange": "Blue and orange" }}
        value={colours}
        onChoose={(chosen) => {
          prefer({ colours: chosen });
        }}
      />
      <MenuLine />
      <MenuChoice
        label="Density"
        options={{ dense: "Dense", calm: "Calm" }}
        value={density}
        onChoose={(chosen) => {
          prefer({ density: chosen });
        }}
      />
      <MenuLine />
      <MenuChoice
        label="Times"
        options={{
          UTC: "UTC",
          local: "Of this device",
          // Any other is chosen in the settings.
          ...(zone !== "UTC" && zone !== "local" && { [zone]: placeOf(zone) }),
        }}
        value={zone}
        onChoose={(chosen) => {
          prefer({ zone: chosen });
        }}
      />
    </Menu>
  );
}
