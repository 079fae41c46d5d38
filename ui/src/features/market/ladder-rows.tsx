import { memo, useRef } from "react";

import type { HeardDepth } from "../../api/depth";
import type { Instrument } from "../../api/types";
import { minus, over } from "../../design/decimals";
import { decimalsOf, figure, percent } from "../../design/figures";
import { grouped, type Level, shareOf } from "./depth-levels";
import { touch, useMedia } from "../../design/use-media";
import { useRovingRows } from "./roving";
import { useHeight } from "./use-size";

/** As rows are high for a mouse, and for a thumb. */
const rowHeightsPx = { mouse: 22, thumb: 40 };
const spreadHeightPx = 32;
const [levelsMin, levelsMax] = [1, 20];
const columns = "grid grid-cols-[1.15fr_1fr_1fr] gap-x-2 px-3";

/** As many levels of each side as there is room for, asks above bids, with the spread between them. */
export function LadderRows({
  book,
  step,
  decimals,
  instrument,
  onPick,
}: {
  book: HeardDepth;
  step: string;
  decimals: number;
  instrument: Instrument;
  onPick: (price: string) => void;
}) {
  const room = useRef<HTMLDivElement>(null);
  const height = useHeight(room);
  const rowHeightPx = rowHeightsPx[useMedia(touch) ? "thumb" : "mouse"];
  // Whole rows, as many on each side: the spread stands in the middle of what is seen.
  const fitting = Math.floor((height - spreadHeightPx) / 2 / rowHeightPx);
  const shown = Math.max(levelsMin, Math.min(levelsMax, fitting));
  const bids = grouped(book.bids, step, "bid").slice(0, shown);
  const asks = grouped(book.asks, step, "ask").slice(0, shown);
  const largest = [bids.at(-1)?.total, asks.at(-1)?.total].reduce<string>(
    (most, each) => (Number(each ?? 0) > Number(most) ? (each ?? most) : most),
    "0",
  );
  const { box, active, setActive, onKeyDown } = useRovingRows<HTMLDivElement>(asks.length + bids.length);
  const sizeDecimals = decimalsOf(instrument.lot_size);
  const line = (level: Level, side: "bid" | "ask", row: number) => (
    <Rung
      key={row}
      row={row}
      side={side}
      price={level.price}
      size={level.size}
      total={level.total}
      share={shareOf(level.total, largest)}
      decimals={decimals}
      sizeDecimals={sizeDecimals}
      isTabStop={row === active}
      onFocus={setActive}
      onPick={onPick}
    />
  );
  return (
    <>
      <div aria-hidden className={`${columns} shrink-0 py-1.5 text-right text-xs text-muted`}>
        <span className="text-left">Price {instrument.quote_asset}</span>
        <span>Size {instrument.base_asset}</span>
        <span>Total</span>
      </div>
      <div ref={room} className="min-h-0 flex-1 overflow-y-auto">
        <div
          ref={box}
          onKeyDown={onKeyDown}
          role="group"
          aria-label="Levels of the book"
          className="flex min-h-full flex-col justify-center"
        >
          {asks.map((_, at) => {
            const level = asks[asks.length - 1 - at];
            return level && line(level, "ask", at);
          })}
          <Spread
            bid={book.bids[0]?.[0]}
            ask={book.asks[0]?.[0]}
            decimals={decimalsOf(instrument.tick_size)}
          />
          {bids.map((level, at) => line(level, "bid", asks.length + at))}
        </div>
      </div>
    </>
  );
}

function Spread({
  bid,
  ask,
  decimals,
}: {
  bid: string | undefined;
  ask: string | undefined;
  decimals: number;
}) {
  const spread = bid && ask ? minus(ask, bid) : null;
  const share = spread && ask ? over(spread, ask, 8) : null;
  return (
    <div
      className={`${columns} items-center border-y border-line/60 bg-ground text-right text-sm tabular-nums`}
      style={{ height: spreadHeightPx }}
    >
      <span className="text-left text-xs text-muted">Spread</span>
      <span className="font-medium">{spread ? figure(spread, decimals) : "–"}</span>
      <span className="text-xs text-muted">{share ? percent(share) : "one side only"}</span>
    </div>
  );
}

/** A level; it draws itself again only when something in it changed. */
const Rung = memo(function Rung({
  row,
  side,
  price,
  size,
  total,
  share,
  decimals,
  sizeDecimals,
  isTabStop,
  onFocus,
  onPick,
}: Level & {
  row: number;
  side: "bid" | "ask";
  share: number;
  decimals: number;
  sizeDecimals: number;
  isTabStop: boolean;
  onFocus: (row: number) => void;
  onPick: (price: string) => void;
}) {
  return (
    <button
      type="button"
      data-row={row}
      data-side={side}
      tabIndex={isTabStop ? 0 : -1}
      onFocus={() => {
        onFocus(row);
      }}
      onClick={() => {
        onPick(price);
      }}
      className={`${columns} relative h-[22px] w-full cursor-pointer items-center text-right text-sm tabular-nums -outline-offset-2 hover:bg-raised touch:h-10`}
    >
      <span
        aria-hidden
        className={`absolute inset-y-px right-0 left-0 origin-right ${side === "bid" ? "bg-gain/10" : "bg-loss/8"}`}
        style={{ transform: `scaleX(${share.toFixed(4)})` }}
      />
      <span className={`relative text-left ${side === "bid" ? "text-gain" : "text-loss"}`}>
        <span className="sr-only">{side} </span>
        {figure(price, decimals)}
      </span>
      <span className="relative">
        <span className="sr-only">size </span>
        {figure(size, sizeDecimals)}
      </span>
      <span className="relative text-muted">
        <span className="sr-only">in all </span>
        {figure(total, sizeDecimals)}
      </span>
    </button>
  );
});
