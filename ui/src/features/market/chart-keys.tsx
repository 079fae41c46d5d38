import { type KeyboardEvent, type RefObject, useRef, useState } from "react";

import { decimalsOf, figure } from "../../design/figures";
import { useTimes } from "../../design/times";
import type { CandleStore } from "./candle-store";
import type { PriceChartProps } from "./props";
import type { Crossed } from "./readout";
import { snapped } from "./ticks";
import type { HeldView } from "./use-chart-view";

/** The drawing, which keys can read and pick from as a pointer can. */
export function KeyedCanvas({
  canvas,
  view,
  store,
  crossed,
  instrument,
  onPick,
}: Pick<PriceChartProps, "instrument" | "onPick"> & {
  canvas: RefObject<HTMLDivElement | null>;
  view: HeldView;
  store: CandleStore;
  crossed: Crossed;
}) {
  const times = useTimes();
  const cursor = useRef<{ index: number; price: number } | null>(null);
  const [said, setSaid] = useState("");
  const decimals = decimalsOf(instrument.tick_size);
  const priceStep = () => {
    const drawn = view.get();
    const [high, low] = [drawn?.priceAt(0) ?? 0, drawn?.priceAt(4) ?? 0];
    return Math.max(Math.abs(high - low), Number(instrument.tick_size));
  };
  const goTo = (candles: number, steps: number) => {
    const last = store.bars.length - 1;
    const from = cursor.current ?? { index: last, price: store.bars[last]?.close ?? 0 };
    const index = Math.max(0, Math.min(last, from.index + candles));
    const bar = store.bars[index];
    const candle = bar && store.at(bar.time);
    if (!bar || !candle) return;
    const price = steps ? from.price + steps * priceStep() : candles ? bar.close : from.price;
    cursor.current = { index, price };
    view.get()?.cross(index, price);
    setSaid(
      steps
        ? figure(snapped(price, instrument.tick_size), decimals)
        : `${times.day(candle.start)} ${times.time(candle.start)}, close ${figure(candle.close, decimals)}`,
    );
  };
  const leave = () => {
    cursor.current = null;
    view.get()?.uncross();
  };
  const steer = (event: KeyboardEvent) => {
    const far = event.shiftKey ? 10 : 1;
    const acts: Record<string, (() => void) | undefined> = {
      ArrowLeft: () => {
        goTo(-far, 0);
      },
      ArrowRight: () => {
        goTo(far, 0);
      },
      ArrowUp: () => {
        goTo(0, far);
      },
      ArrowDown: () => {
        goTo(0, -far);
      },
      "+": () => view.get()?.zoom(0.8),
      "-": () => view.get()?.zoom(1.25),
      End: () => view.get()?.showNewest(),
      Escape: cursor.current ? leave : undefined,
      Enter: () => {
        if (cursor.current) onPick(snapped(cursor.current.price, instrument.tick_size));
      },
    };
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  return (
    <>
      <div
        ref={canvas}
        role="application"
        aria-label={`Candles of ${instrument.symbol}. Left and right read candles, up and down choose a price, Enter takes it, plus and minus zoom, End shows the newest.`}
        tabIndex={0}
        onKeyDown={steer}
        onBlur={leave}
        onPointerLeave={() => {
          crossed.set(null);
        }}
        className="absolute inset-0 -outline-offset-2"
      />
      <p aria-live="polite" className="sr-only">
        {said}
      </p>
    </>
  );
}
