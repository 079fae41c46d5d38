import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";

import { useFollowedAccounts } from "../api/accounts";
import { useMe } from "../api/me";
import { useLiveConnection } from "../api/live";
import { ExplainPanel } from "../features/explain/explain-panel";
import { MomentBanner } from "../features/journal/moment-banner";
import { CutOff } from "../features/session/link-state";
import { SignInAgain } from "../features/session/sign-in-again";
import { DemoBanner } from "../features/welcome/demo-banner";
import { Tour } from "../features/welcome/tour";
import { type Command, useOffer } from "../state/commands";
import { usePreferences } from "../state/preferences";
import { CommandPalette } from "./command-palette";
import { errandsOf } from "./errands";
import { KeyList } from "./key-list";
import { places } from "./places";
import { Rail } from "./rail";
import { Toasts } from "./toasts";
import { TopBar } from "./top-bar";
import { useKeys } from "./use-keys";

const BookingCompanion = lazy(async () => ({
  default: (await import("../features/overview/booking-companion")).BookingCompanion,
}));
const TradingCompanion = lazy(async () => ({
  default: (await import("../features/trading/companion")).TradingCompanion,
}));

/** What stands around every page. */
export function Frame() {
  useLiveConnection();
  useFollowedAccounts();
  const hasOwnSlider = useRouterState({ select: ({ location }) => location.pathname.startsWith("/journal") });
  const [isSearching, setSearching] = useState(false);
  const [isListing, setListing] = useState(false);
  useKeys(
    useCallback(() => {
      setSearching(true);
    }, []),
  );
  useOffer(
    useFrameCommands(
      useCallback(() => {
        setListing(true);
      }, []),
    ),
  );
  useOffer(useErrands());
  return (
    <div className="flex min-h-dvh max-sm:pb-14">
      <a
        href="#page"
        className="sr-only z-50 rounded-control bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        To the page
      </a>
      <Rail />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar
          onSearch={() => {
            setSearching(true);
          }}
        />
        <DemoBanner />
        <CutOff />
        <MomentBanner hasSlider={!hasOwnSlider} />
        <main id="page" tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
          <Outlet />
        </main>
      </div>
      <CommandPalette
        isOpen={isSearching}
        onClose={() => {
          setSearching(false);
        }}
      />
      <KeyList
        isOpen={isListing}
        onClose={() => {
          setListing(false);
        }}
      />
      <ExplainPanel />
      <Tour />
      <Suspense>
        <TradingCompanion />
        <BookingCompanion />
      </Suspense>
      <SignInAgain />
      <Toasts />
    </div>
  );
}

function useErrands(): Command[] {
  const navigate = useNavigate();
  const scopes = useMe().data?.scopes;
  return useMemo(() => errandsOf(scopes ?? [], (way) => void navigate(way)), [navigate, scopes]);
}

function useFrameCommands(listKeys: () => void): Command[] {
  const navigate = useNavigate();
  const prefer = usePreferences((preferences) => preferences.prefer);
  return useMemo<Command[]>(
    () => [
      ...places.map(({ path, name, key }): Command => ({
        id: `go ${path}`,
        title: name,
        group: "Go to",
        keys: `g ${key}`,
        run: () => {
          void navigate({ to: path });
        },
      })),
      ...(["dark", "light", "system"] as const).map((theme): Command => ({
        id: `theme ${theme}`,
        title:
          theme === "system" ? "Theme as the system has it" : `${theme === "dark" ? "Dark" : "Light"} theme`,
        group: "Look",
        run: () => {
          prefer({ theme });
        },
      })),
      { id: "keys", title: "List the keys", group: "Help", keys: "?", run: listKeys },
    ],
    [navigate, prefer, listKeys],
  );
}
