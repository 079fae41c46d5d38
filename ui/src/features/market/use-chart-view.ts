import { type RefObject, useLayoutEffect, useMemo, useRef } from "react";

import { decimalsOf } from "../../design/figures";
import { usePreferences } from "../../state/preferences";
import type { CandleStore } from "./candle-store";
import { watchTheme } from "./chart-theme";
import { chartTimes } from "./chart-times";
import { ChartView } from "./chart-view";
import { useMarketPreferences } from "./preferences";
import type { PriceChartProps } from "./props";
import type { Crossed } from "./readout";
import { snapped } from "./ticks";

/** The view as the components around it reach it: it comes after the first drawing and goes before the last. */
export interface HeldView {
  get: () => ChartView | null;
  /** Put what lies over the drawing where it belongs. */
  place: () => void;
}

/** The view, as long as the component is there, kept to what the person prefers. */
export function useChartView({
  store,
  instrument,
  crossed,
  onPick,
  onPast,
  onDrawn,
  canvas,
}: Pick<PriceChartProps, "instrument" | "onPick"> & {
  store: CandleStore;
  onPast: () => void;
  /** Everything stands where it is drawn now. */
  onDrawn: (view: ChartView) => void;
  crossed: Crossed;
  canvas: RefObject<HTMLDivElement | null>;
}): HeldView {
  const held = useRef<ChartView>(null);
  const latest = useRef({ onPick, onPast, onDrawn });
  useLayoutEffect(() => {
    latest.current = { onPick, onPast, onDrawn };
  });
  const view = useMemo(
    () => ({
      get: () => held.current,
      place: () => {
        if (held.current) latest.current.onDrawn(held.current);
      },
    }),
    [],
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
