import { type RefObject, useLayoutEffect, useMemo, useRef } from "react";

import { decimalsOf } from "../../design/figures";
import { usePreferences } from "../../state/preferences";
import type { CandleStore } from "./candle-store";
import { watchTheme } from "./chart-theme";
import { chartTimes } from "./chart-times";
import { ChartView } from "./chart-view";
import { withoutOverlap } from "./order-lines";
import { useMarketPreferences } from "./preferences";
import type { PriceChartProps } from "./props";
import type { Crossed } from "./readout";
import { snapped } from "./ticks";

/** The view as the components around it reach it: it comes after the first drawing and goes before the last. */
export interface HeldView {
  get: () => ChartView | null;
  /** Put the labels beside their lines. */
  place: () => void;
}

type Shown = { line: { id: string; price: string }; draft: { price: string } | null }[];

/** The view, as long as the component is there, kept to what the person prefers; and how labels find their lines. */
export function useChartView({
  store,
  instrument,
  crossed,
  onPick,
  onPast,
  canvas,
  overlay,
  labels,
  shown,
}: Pick<PriceChartProps, "instrument" | "onPick"> & {
  store: CandleStore;
  onPast: () => void;
  crossed: Crossed;
  canvas: RefObject<HTMLDivElement | null>;
  overlay: RefObject<HTMLDivElement | null>;
  labels: RefObject<Map<string, HTMLDivElement>>;
  shown: Shown;
}) {
  const held = useRef<ChartView>(null);
  const latest = useRef({ shown, onPick, onPast });
  useLayoutEffect(() => {
    latest.current = { shown, onPick, onPast };
  });
  const view = useMemo(
    () => ({
      get: () => held.current,
      place: () => {
        if (held.current) placeLabels(held.current, latest.current.shown, labels.current, overlay.current);
      },
    }),
    [labels, overlay],
  );
  const tick = instrument.tick_size;
  useLayoutEffect(() => {
    if (!canvas.current) return;
    const made = new ChartView({
      place: canvas.current,
      store,
      tick,
      decimals: decimalsOf(tick),
      onCross: crossed.set,
      onPress: (price) => {
        latest.current.onPick(snapped(price, tick));
      },
      onPast: () => {
        latest.current.onPast();
      },
      onDrawn: view.place,
    });
    held.current = made;
    const stopWatching = watchTheme(() => {
      made.repaint();
    });
    return () => {
      stopWatching();
      held.current = null;
      made.dispose();
    };
  }, [store, tick, crossed, view, canvas]);
  const zone = usePreferences((preferences) => preferences.zone);
  const chart = useMarketPreferences((preferences) => preferences.chart);
  useLayoutEffect(() => {
    held.current?.writeTimes(chartTimes(zone));
  }, [zone, store]);
  useLayoutEffect(() => {
    held.current?.chooseIndicators(chart.indicators);
    held.current?.showVolume(chart.hasVolume);
  }, [chart, store]);
  return view;
}

/** Put every label beside its line; those of lines out of sight wait at the edge. */
function placeLabels(
  view: ChartView,
  shown: Shown,
  labels: Map<string, HTMLDivElement>,
  overlay: HTMLDivElement | null,
): void {
  const { height, axis } = view.room;
  const wanted = shown
    .map(({ line, draft }) => ({ id: line.id, at: view.heightOf(draft?.price ?? line.price) }))
    .filter((each) => each.at !== null)
    .sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  const labelHeight = (labels.values().next().value?.offsetHeight ?? 22) + 2;
  const places = withoutOverlap(
    wanted.map((each) => each.at ?? 0),
    labelHeight,
    height,
  );
  if (overlay) overlay.style.right = `${axis + 6}px`;
  for (const [index, { id }] of wanted.entries()) {
    const label = labels.get(id);
    if (label)
      label.style.transform = `translateY(${((places[index] ?? 0) - labelHeight / 2 + 1).toFixed(1)}px)`;
  }
}
