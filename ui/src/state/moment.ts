import { create } from "zustand";

/** The journal position as of which the pages are shown; null: now. */
export const useMoment = create<{ asOf: string | null }>(() => ({ asOf: null }));

export function travelTo(asOf: string | null): void {
  useMoment.setState({ asOf });
}
