import { useMemo, useRef, useState } from "react";

import type { ChartView, Reach } from "./chart-view";
import type { Draft } from "./drafts";
import { labelRoom, type LabelRoom, leader, placesOf } from "./label-places";
import type { OrderLine } from "./order-lines";

/** A line with the price that it is being moved to, if it is. */
export interface ShownLine {
  line: OrderLine;
  draft: Draft | null;
}

/** Between the labels and the axis; leaders run there. */
export const gutterPx = 16;
const gapPx = 2;
const nobody = { above: [] as string[], below: [] as string[] };
const sameRoom = (one: LabelRoom, other: LabelRoom) =>
  one.areTags === other.areTags && one.tagPxMax === other.tagPxMax && one.widestPx === other.widestPx;
const sameIds = (one: readonly string[], other: readonly string[]) => one.join() === other.join();

/**
 * Where the labels of lines stand, on every drawing, outside React; and inside it what there is no place for, and what
 * was asked to come into sight all the same.
 */
export function useLabelPlaces(shown: readonly ShownLine[]) {
  const overlay = useRef<HTMLDivElement>(null);
  const labels = useRef(new Map<string, HTMLDivElement>());
  const leaders = useRef(new Map<string, SVGPathElement>());
  const [gathered, setGathered] = useState(nobody);
  const [room, setRoom] = useState<LabelRoom>(() => labelRoom([], 0));
  const [asked, setAsked] = useState<ReadonlySet<string>>(new Set());
  const place = (view: ChartView) => {
    const { height, width, axis } = view.room;
    if (!overlay.current || height <= 0) return;
    const now = labelRoom(
      shown.map(({ line }) => line),
      width,
    );
    setRoom((before) => (sameRoom(before, now) ? before : now));
    overlay.current.style.right = `${axis}px`;
    overlay.current.style.height = `${height}px`;
    const wanting = shown.flatMap(({ line, draft }) => {
      const at = view.heightOf(draft?.price ?? line.price);
      if (at === null) return [];
      const isHeld = draft !== null || labels.current.get(line.id) === document.activeElement;
      return [{ id: line.id, at, isHeld, isAskedFor: asked.has(line.id) }];
    });
    const labelHeight = (labels.current.values().next().value?.offsetHeight ?? 22) + gapPx;
    const { placed, above, below } = placesOf(wanting, labelHeight, height);
    const inSight = wanting.filter(({ id, at }) => placed.has(id) && at >= 0 && at <= height);
    view.writePrices(new Set(inSight.map(({ id }) => id)));
    for (const { id, at } of wanting) {
      const place = placed.get(id);
      stand(labels.current.get(id), place, labelHeight);
      const toLine = Math.max(0, Math.min(height, at));
      leaders.current.get(id)?.setAttribute("d", place === undefined ? "" : leader(place, toLine, gutterPx));
    }
    setGathered((before) =>
      sameIds(before.above, above) && sameIds(before.below, below) ? before : { above, below },
    );
  };
  /** Bring these into sight, with the focus on the first that can be moved. */
  const bring = (ids: readonly string[]) => {
    setAsked(new Set(ids));
    const first = ids.find((id) => labels.current.get(id)?.tabIndex === 0);
    const label = labels.current.get(first ?? "");
    // What is hidden takes no focus; what has it keeps its place.
    label?.style.removeProperty("visibility");
    label?.focus();
  };
  const reach = useMemo(() => reachOf(shown, asked), [shown, asked]);
  return {
    overlay,
    labels,
    leaders,
    gathered,
    room,
    place,
    bring,
    reach,
    fitCandles: () => {
      setAsked(new Set());
    },
  };
}

/** Put a label where it belongs; one without a place is neither seen nor reached. */
function stand(label: HTMLDivElement | undefined, at: number | undefined, height: number): void {
  if (!label) return;
  label.style.visibility = at === undefined ? "hidden" : "";
  if (at !== undefined) label.style.transform = `translateY(${(at - (height - gapPx) / 2).toFixed(1)}px)`;
}

function reachOf(shown: readonly ShownLine[], asked: ReadonlySet<string>): Reach | null {
  const prices = shown.filter(({ line }) => asked.has(line.id)).map(({ line }) => Number(line.price));
  return prices.length ? { low: Math.min(...prices), high: Math.max(...prices) } : null;
}
