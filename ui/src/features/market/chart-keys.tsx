import { type KeyboardEvent, type MouseEvent, type RefObject, useRef, useState } from "react";

import { decimalsOf, figure } from "../../design/figures";
import { useTimes } from "../../design/times";
import type { CandleStore } from "./candle-store";
import { type AskedAt, ChartMenu } from "./chart-menu";
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
  choicesAt,
}: Pick<PriceChartProps, "instrument" | "onPick" | "choicesAt"> & {
  canvas: RefObject<HTMLDivElement | null>;
  view: HeldView;
  store: CandleStore;
  crossed: Crossed;
}) {
  const times = useTimes();
  const cursor = useRef<{ index: number; price: number } | null>(null);
  const [said, setSaid] = useState("");
  const [asked, setAsked] = useState<AskedAt | null>(null);
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
  const ask = (price: string, x: number, y: number) => {
    const market = store.last?.close;
    const choices = market ? choicesAt?.(price, market) : undefined;
    if (choices) setAsked({ x, y, title: `At ${figure(price, decimals)}`, choices });
    return choices !== undefined;
  };
  /** At the price that the keys have chosen, else at the newest. */
  const askAtCursor = () => {
    const price = cursor.current?.price ?? store.bars.at(-1)?.close;
    const chosen = price === undefined ? null : snapped(price, instrument.tick_size);
    const place = canvas.current;
    return chosen && place
      ? ask(chosen, place.clientWidth / 2, view.get()?.heightOf(chosen) ?? place.clientHeight / 2)
      : false;
  };
  const askUnder = (event: MouseEvent<HTMLDivElement>) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const isInPane = y <= (view.get()?.room.height ?? 0);
    const price = isInPane ? view.get()?.priceAt(y) : null;
    // The key for menus tells no place: then the crosshair does.
    const isByKey = !(event.nativeEvent as PointerEvent).pointerType;
    const wasAsked = isByKey
      ? askAtCursor()
      : price
        ? ask(snapped(price, instrument.tick_size), x, y)
        : false;
    if (wasAsked) event.preventDefault();
  };
  const leave = () => {
    cursor.current = null;
    view.get()?.uncross();
  };
  const steer = (event: KeyboardEvent) => {
    const far = event.shiftKey ? 10 : 1;
    const acts: Record<string, (() => unknown) | undefined> = {
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
      o: askAtCursor,
      Escape: cursor.current ? leave : undefined,
      Enter: () => {
        if (cursor.current) onPick(snapped(cursor.current.price, instrument.tick_size));
      },
    };
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  return (
    <>
      <div
        ref={canvas}
        role="application"
        aria-label={`Candles of ${instrument.symbol}. Left and right read candles, up and down choose a price, Enter takes it,${choicesAt ? " O lists orders at it," : ""} plus and minus zoom, End shows the newest.`}
        tabIndex={0}
        onKeyDown={steer}
        onBlur={() => {
          // The menu is about the price that was chosen.
          if (!asked) leave();
        }}
        onContextMenu={askUnder}
        onPointerLeave={() => {
          crossed.set(null);
        }}
        className="absolute inset-0 -outline-offset-2"
      />
      <ChartMenu
        asked={asked}
        onClose={() => {
          setAsked(null);
        }}
        onLeave={() => {
          canvas.current?.focus();
        }}
      />
      <p aria-live="polite" className="sr-only">
        {said}
      </p>
    </>
  );
}
