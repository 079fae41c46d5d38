import { create } from "zustand";

import { usePreferences } from "./preferences";

/** Which step of the tour is shown; null: none. */
export const useTour = create<{ step: number | null }>(() => ({ step: null }));

export function beginTour(): void {
  useTour.setState({ step: 0 });
}

export function showStep(step: number): void {
  useTour.setState({ step });
}

/** Taken or skipped: it is not offered again. */
export function endTour(): void {
  usePreferences.getState().prefer({ hasSeenTour: true });
  useTour.setState({ step: null });
}
