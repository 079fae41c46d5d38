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

interface Arrangement {
  /** In px; left out: as usual. */
  px: Partial<Record<Part, number>>;
  folded: Partial<Record<Part, boolean>>;
}

interface NamedLayout extends Arrangement {
  name: string;
}

interface Layout extends Arrangement {
  /** Those that were given a name, the oldest first. */
  named: NamedLayout[];
  /** Which tab of the blotter, and which part on a phone, was looked at last. */
  blotterTab: string;
  phoneTab: string;
}

/** How the desk is laid out on this device. */
export const useLayout = create<Layout>()(
  persist((): Layout => ({ px: {}, folded: {}, named: [], blotterTab: "open", phoneTab: "chart" }), {
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

export const layoutsMax = 12;
export const layoutNameMax = 40;

/** Whether two arrangements look the same: what is left out of one is as usual. */
function isSame(one: Arrangement, other: Arrangement): boolean {
  return (Object.keys(sizes) as Part[]).every(
    (part) =>
      (one.px[part] ?? sizes[part].usual) === (other.px[part] ?? sizes[part].usual) &&
      (one.folded[part] ?? false) === (other.folded[part] ?? false),
  );
}

/** The name of the layout that the desk has now; empty where it has none. */
export function nameOf({ named, ...now }: Arrangement & { named: NamedLayout[] }): string {
  return named.findLast((each) => isSame(each, now))?.name ?? "";
}

/** Give the present arrangement a name. A name stands for one: what had it before goes, and beyond the most the oldest. */
export function keepLayout(typed: string): void {
  const name = typed.trim().slice(0, layoutNameMax);
  if (!name) return;
  useLayout.setState(({ px, folded, named }) => ({
    named: [...named.filter((each) => each.name !== name), { name, px, folded }].slice(-layoutsMax),
  }));
}

/** Lay the desk out as it was when it was given this name. */
export function takeLayout(name: string): void {
  useLayout.setState(({ named }) => {
    const wanted = named.find((each) => each.name === name);
    return wanted ? { px: wanted.px, folded: wanted.folded } : {};
  });
}

export function dropLayout(name: string): void {
  useLayout.setState(({ named }) => ({ named: named.filter((each) => each.name !== name) }));
}
