import { create } from "zustand";
import { persist } from "zustand/middleware";

/** Parts of the desk whose size is chosen: widths of columns and the height of the blotter. */
export type Part = "watchlist" | "book" | "ticket" | "blotter";

export const sizes: Record<Part, { min: number; max: number; usual: number }> = {
  watchlist: { min: 180, max: 420, usual: 232 },
  book: { min: 200, max: 640, usual: 252 },
  ticket: { min: 280, max: 480, usual: 320 },
  blotter: { min: 140, max: 720, usual: 264 },
};

interface Layout {
  /** In px; left out: as usual. */
  px: Partial<Record<Part, number>>;
  folded: Partial<Record<Part, boolean>>;
  /** Which tab of the blotter, and which part on a phone, was looked at last. */
  blotterTab: string;
  phoneTab: string;
}

/** How the desk is laid out on this device. */
export const useLayout = create<Layout>()(
  persist((): Layout => ({ px: {}, folded: {}, blotterTab: "open", phoneTab: "chart" }), {
    name: "tradebook.trade-layout",
    version: 1,
  }),
);

/** Within what the part can be. */
export function bounded(part: Part, px: number): number {
  const { min, max } = sizes[part];
  return Math.round(Math.min(max, Math.max(min, px)));
}

export function resize(part: Part, px: number): void {
  useLayout.setState((layout) => ({ px: { ...layout.px, [part]: bounded(part, px) } }));
}

export function fold(part: Part, isFolded: boolean): void {
  useLayout.setState((layout) => ({ folded: { ...layout.folded, [part]: isFolded } }));
}

/** Everything as it was at first. */
export function layOutAsUsual(): void {
  useLayout.setState({ px: {}, folded: {} });
}
