import { type PointerEvent, useMemo, useState } from "react";

import type { HeardDepth } from "../../api/depth";
import type { Instrument } from "../../api/types";
import { decimalsOf, figure } from "../../design/figures";
import { Empty } from "../../design/panel";
import { grouped } from "./depth-levels";
import { depthShape, reached } from "./depth-shape";

/** How much stands at which distance from the middle; pointing reads it out, pressing takes the price. */
export function DepthChart({
  book,
  step,
  instrument,
  onPick,
}: {
  book: HeardDepth;
  step: string;
  instrument: Instrument;
  onPick: (price: string) => void;
}) {
  const [at, setAt] = useState<number | null>(null);
  const { bids, asks } = useMemo(
    () => ({ bids: grouped(book.bids, step, "bid"), asks: grouped(book.asks, step, "ask") }),
    [book, step],
  );
  const shape = useMemo(() => depthShape(bids, asks), [bids, asks]);
  if (!shape) return <Empty title="Only one side of the book">There is nothing to weigh it against.</Empty>;
  const level = at === null ? null : reached(bids, asks, shape.priceAt(at));
  const point = ({ currentTarget, clientX }: PointerEvent<HTMLElement>) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    setAt((clientX - left) / width);
  };
  const decimals = decimalsOf(instrument.tick_size);
  const sizeDecimals = decimalsOf(instrument.lot_size);
  const total = (side: typeof bids) => figure(side.at(-1)?.total ?? "0", sizeDecimals);
  return (
    <div className="flex min-h-48 flex-1 flex-col">
      <div className="flex h-8 shrink-0 items-center justify-between px-3 text-xs tabular-nums">
        {level ? (
          <span>
            {figure(level.total, sizeDecimals)} {instrument.base_asset} to {figure(level.price, decimals)}
          </span>
        ) : (
          <>
            <span className="text-gain">Bids {total(bids)}</span>
            <span className="text-muted">{instrument.base_asset}</span>
            <span className="text-loss">Asks {total(asks)}</span>
          </>
        )}
      </div>
      <div
        className="relative min-h-0 flex-1 cursor-crosshair"
        onPointerMove={point}
        onPointerLeave={() => {
          setAt(null);
        }}
        onClick={() => {
          if (level) onPick(level.price);
        }}
      >
        <svg
          role="img"
          aria-label={`Depth in ${instrument.base_asset}: bids ${total(bids)}, asks ${total(asks)}`}
          viewBox="0 0 1 1"
          preserveAspectRatio="none"
          className="absolute inset-0 size-full"
        >
          {(["bids", "asks"] as const).map((side) => (
            <path
              key={side}
              d={shape[side]}
              className={side === "bids" ? "fill-gain/15 stroke-gain" : "fill-loss/15 stroke-loss"}
              vectorEffect="non-scaling-stroke"
              strokeWidth="1.5"
            />
          ))}
        </svg>
        {[0.5, 1].map((share) => (
          <span
            key={share}
            aria-hidden
            className="pointer-events-none absolute inset-x-0 border-t border-line text-right text-[11px] text-muted tabular-nums"
            style={{ top: `${100 * (1 - share)}%` }}
          >
            <span className="px-1">{figure((shape.most * share).toFixed(sizeDecimals))}</span>
          </span>
        ))}
        {at !== null && (
          <span
            aria-hidden
            className="absolute inset-y-0 border-l border-dashed border-muted"
            style={{ left: `${(at * 100).toFixed(2)}%` }}
          />
        )}
      </div>
      <div className="flex h-7 shrink-0 items-center justify-between px-3 text-xs text-muted tabular-nums">
        {[0, 0.5, 1].map((place) => (
          <span key={place}>{figure(shape.priceAt(place).toFixed(decimals))}</span>
        ))}
      </div>
    </div>
  );
}
