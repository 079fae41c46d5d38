import { create } from "zustand";

import { keepsWork } from "./work";

/**
 * The journal position as of which the pages are shown; null: now. The slider that moves it stands above every page
 * while it is open, and as long as they show the past.
 */
export const useMoment = create<{
  asOf: string | null;
  isSliderOpen: boolean;
  /** Whether the slider is to have the focus as soon as it can be moved. */
  isSliderCalled: boolean;
}>(() => ({ asOf: null, isSliderOpen: false, isSliderCalled: false }));

export function travelTo(asOf: string | null): void {
  useMoment.setState({ asOf });
}

/** With the focus on it, so that the arrow keys move it at once. */
export function openSlider(): void {
  useMoment.setState({ isSliderOpen: true, isSliderCalled: true });
}

keepsWork(endTravel);

/** Back to now, with nothing above the page. */
export function endTravel(): void {
  useMoment.setState({ asOf: null, isSliderOpen: false });
}
