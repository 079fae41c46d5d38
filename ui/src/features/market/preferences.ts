import { create } from "zustand";
import { persist } from "zustand/middleware";

import type { Interval } from "../../api/types";
import type { Grouping } from "./depth-levels";
import type { Indicator } from "./indicators";

interface MarketPreferences {
  chart: { interval: Interval; indicators: readonly Indicator[]; hasVolume: boolean };
  ladder: { grouping: Grouping; view: "book" | "depth" };
  preferChart: (changes: Partial<MarketPreferences["chart"]>) => void;
  preferLadder: (changes: Partial<MarketPreferences["ladder"]>) => void;
}

/** How a person wants to see the market on this device. */
export const useMarketPreferences = create<MarketPreferences>()(
  persist(
    (set) => ({
      chart: { interval: "1m", indicators: [], hasVolume: true },
      ladder: { grouping: "1", view: "book" },
      preferChart: (changes) => {
        set(({ chart }) => ({ chart: { ...chart, ...changes } }));
      },
      preferLadder: (changes) => {
        set(({ ladder }) => ({ ladder: { ...ladder, ...changes } }));
      },
    }),
    { name: "tradebook.market", version: 1 },
  ),
);
