import { type CSSProperties, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";

import { intervalSeconds } from "../../api/candles";
import type { Interval } from "../../api/types";
import { Button } from "../../design/controls";
import { decimalsOf } from "../../design/figures";
import type { CandleStore } from "./candle-store";
import { KeyedCanvas } from "./chart-keys";
import { holds, useDrafts } from "./drafts";
import { OrderHandle } from "./order-handles";
import { FarOrders, Leaders } from "./order-labels";
import { fillMarks, orderLines } from "./order-lines";
import type { PriceChartProps } from "./props";
import { Crossed, Readout } from "./readout";
import { snapped } from "./ticks";
import { useChartView } from "./use-chart-view";
import { gutterPx, useLabelPlaces } from "./use-label-places";

interface CanvasProps extends PriceChartProps {
  interval: Interval;
  store: CandleStore;
  onPast: () => void;
}

/** The candles with what lies over them. Comes with the chart library, so it is fetched when a chart is first shown. */
export function ChartCanvas({
  instrument,
  orders,
  fills,
  interval,
  store,
  onMove,
  onPick,
  choicesAt,
  onPast,
}: CanvasProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const [crossed] = useState(() => new Crossed());
  const mayMove = onMove !== undefined;
  const lines = useMemo(
    () => orderLines(orders, instrument.instrument_id, mayMove),
    [orders, instrument, mayMove],
  );
  const { drafts, move, takeBack, commit } = useDrafts(onMove);
  const shown = useMemo(
    () =>
      lines.map((line) => {
        const draft = drafts[line.id];
        return { line, draft: holds(draft, line) ? draft : null };
      }),
    [lines, drafts],
  );
  const places = useLabelPlaces(shown);
  const { overlay, labels, gathered, reach, room } = places;
  const view = useChartView({ store, instrument, crossed, onPick, onPast, onDrawn: places.place, canvas });
  const shownMarks = useMemo(
    () => fillMarks(fills, instrument.instrument_id, intervalSeconds[interval]),
    [fills, instrument, interval],
  );
  const { place } = view;
  // Not once the page was painted: what `place` sets would be left over from a drawing, and React counts drawings that
  // leave something over; after fifty without a pause it takes them for a loop (its error 185).
  useLayoutEffect(() => {
    const current = view.get();
    current?.drawLines(shown.map(({ line, draft }) => ({ ...line, price: draft?.price ?? line.price })));
    current?.reachTo(reach);
    place();
  });
  useEffect(() => {
    const draw = () => view.get()?.drawMarks(shownMarks);
    draw();
    // Marks stand at candles: older ones bring older marks.
    return store.subscribe((change) => {
      if (change === "all") draw();
    });
  }, [view, shownMarks, store]);
  const freePx = room.widestPx && room.widestPx + gutterPx;
  useEffect(() => {
    view.get()?.keepFree(freePx);
  }, [view, freePx, store]);
  const tick = instrument.tick_size;
  const linesOf = (ids: readonly string[]) => lines.filter((line) => ids.includes(line.id));
  const top = () => frame.current?.getBoundingClientRect().top ?? 0;
  return (
    <div ref={frame} className="relative min-h-0 flex-1">
      <KeyedCanvas
        canvas={canvas}
        view={view}
        store={store}
        crossed={crossed}
        instrument={instrument}
        onPick={onPick}
        choicesAt={choicesAt}
      />
      <div
        className={`pointer-events-none absolute top-1.5 left-3 z-[3] ${gathered.above.length ? "max-w-[calc(100%-210px)]" : "max-w-[calc(100%-90px)]"}`}
      >
        <Readout crossed={crossed} candles={store} instrument={instrument} />
        {reach && (
          <Button
            tone="quiet"
            size="small"
            className="pointer-events-auto mt-1 bg-surface"
            onClick={places.fitCandles}
          >
            Fit to the candles
          </Button>
        )}
      </div>
      <div
        ref={overlay}
        className="pointer-events-none absolute top-0 right-0 left-0 z-[3] overflow-hidden"
        style={{ "--tag-width": `${room.tagPxMax}px` } as CSSProperties}
      >
        <Leaders shown={shown} leaders={places.leaders} />
        <FarOrders
          where="above"
          lines={linesOf(gathered.above)}
          decimals={decimalsOf(tick)}
          isTag={room.areTags}
          onBring={places.bring}
        />
        {shown.map(({ line, draft }) => (
          <OrderHandle
            key={line.id}
            ref={(label) => {
              if (label) labels.current.set(line.id, label);
              else labels.current.delete(line.id);
            }}
            line={line}
            draft={draft}
            isTag={room.areTags}
            tick={tick}
            decimals={decimalsOf(tick)}
            lineAt={() => top() + (view.get()?.heightOf(draft?.price ?? line.price) ?? 0)}
            priceUnder={(clientY) => {
              const price = view.get()?.priceAt(clientY - top());
              return price === null || price === undefined ? null : snapped(price, tick);
            }}
            onMove={(price) => {
              move(line, price);
            }}
            onTakeBack={() => {
              takeBack(line);
            }}
            onCommit={(price) => {
              commit(line, price);
            }}
          />
        ))}
        <FarOrders
          where="below"
          lines={linesOf(gathered.below)}
          decimals={decimalsOf(tick)}
          isTag={room.areTags}
          onBring={places.bring}
        />
      </div>
    </div>
  );
}
