import { create } from "zustand";
import { persist } from "zustand/middleware";

export type Theme = "dark" | "light" | "system";
/** Colours of gain and loss; the second pair is told apart by everyone. */
export type Colours = "green-red" | "blue-orange";
export type Density = "dense" | "calm";
/** UTC, that of this device, or an IANA name such as "Europe/Berlin". */
export type Zone = string;
/** What separates groups of digits, and what stands before decimals; "browser": as the browser's locale has it. */
export type Numbers =
  "browser" | "space-point" | "comma-point" | "point-comma" | "space-comma" | "apostrophe-point";

export interface Preferences {
  theme: Theme;
  colours: Colours;
  density: Density;
  zone: Zone;
  numbers: Numbers;
  /** The account and the instrument that the pages are about; empty: not chosen yet. */
  accountId: string;
  instrumentId: string;
  /** Ids of instruments that were opened beside those that always have prices, the latest first. */
  openedInstruments: readonly string[];
  /** Whether the rail shows icons only. */
  isRailNarrow: boolean;
  /** Whether the tour was taken or skipped. */
  hasSeenTour: boolean;
  prefer: (changes: Partial<Omit<Preferences, "prefer">>) => void;
}

/** What a person has chosen on this device; nothing here concerns money. */
export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      theme: "dark",
      colours: "green-red",
      density: "dense",
      zone: "UTC",
      numbers: "browser",
      accountId: "",
      instrumentId: "",
      openedInstruments: [],
      isRailNarrow: false,
      hasSeenTour: false,
      prefer: (changes) => {
        set(changes);
      },
    }),
    { name: "tradebook.preferences", version: 1 },
  ),
);

/** Write what changes the look of everything onto the root element, now and whenever it changes. */
export function keepLook(root: HTMLElement): void {
  const write = ({ theme, colours, density }: Preferences) => {
    Object.assign(root.dataset, { theme, colours, density });
  };
  write(usePreferences.getState());
  usePreferences.subscribe(write);
}
