import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useRef, useState } from "react";

import { useTrades } from "../../api/trades";
import type { Trade } from "../../api/types";
import { Button, Problem } from "../../design/controls";
import { decimalsOf, figure } from "../../design/figures";
import { Empty, Panel, Skeleton } from "../../design/panel";
import { useTimes } from "../../design/times";
import type { TapeProps } from "./props";

const rowHeightPx = 22;
const columns = "grid grid-cols-[1.15fr_1fr_1fr] gap-x-2 px-3";

/** What was traded, the newest first. It holds still while somebody points at it or has the focus in it. */
export function Tape({ instrument }: TapeProps) {
  const { data: trades, error, isPending, refetch } = useTrades(instrument.instrument_id);
  const [held, setHeld] = useState<Trade[] | null>(null);
  const shown = held ?? trades ?? [];
  const newest = held?.[0]?.trade_id;
  const missed = held && trades ? trades.findIndex((each) => each.trade_id === newest) : 0;
  return (
    <Panel
      title="Trades"
      aside={held && `paused${missed > 0 ? `, ${missed} new` : ""}`}
      className="h-full min-h-0"
    >
      {isPending && <Skeleton rows={8} />}
      {error && !trades && (
        <div className="space-y-2 p-3">
          <Problem title="The trades could not be read">{error.message}</Problem>
          <Button tone="quiet" onClick={() => void refetch()}>
            Try again
          </Button>
        </div>
      )}
      {trades?.length === 0 && (
        <Empty title="Nothing was traded yet">Trades of {instrument.symbol} stand here as they happen.</Empty>
      )}
      {shown.length > 0 && (
        <>
          <div aria-hidden className={`${columns} shrink-0 py-1.5 text-right text-xs text-muted`}>
            <span className="text-left">Price {instrument.quote_asset}</span>
            <span>Size {instrument.base_asset}</span>
            <span>Time</span>
          </div>
          <Prints
            trades={shown}
            decimals={decimalsOf(instrument.tick_size)}
            sizeDecimals={decimalsOf(instrument.lot_size)}
            onHold={(isHeld) => {
              setHeld(isHeld ? shown : null);
            }}
          />
        </>
      )}
    </Panel>
  );
}

function Prints({
  trades,
  decimals,
  sizeDecimals,
  onHold,
}: {
  trades: readonly Trade[];
  decimals: number;
  sizeDecimals: number;
  onHold: (isHeld: boolean) => void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is compiled to be memoized
  const virtual = useVirtualizer({
    count: trades.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: 4,
  });
  const hold = () => {
    onHold(true);
  };
  const release = () => {
    onHold(false);
  };
  return (
    // A region that scrolls can be reached by keyboard.
    <div
      ref={scroller}
      role="region"
      aria-label="Trades"
      tabIndex={0}
      onMouseEnter={hold}
      onMouseLeave={release}
      onFocus={hold}
      onBlur={release}
      className="min-h-0 flex-1 overflow-y-auto -outline-offset-2"
    >
      <ol className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const trade = trades[index];
          return (
            trade && (
              <li
                key={trade.trade_id}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${start}px)` }}
              >
                <Print trade={trade} decimals={decimals} sizeDecimals={sizeDecimals} />
              </li>
            )
          );
        })}
      </ol>
    </div>
  );
}

const sides = {
  buy: { tone: "text-gain", mark: "▲", words: "bought" },
  sell: { tone: "text-loss", mark: "▼", words: "sold" },
  unknown: { tone: "", mark: "", words: "" },
};

const Print = memo(function Print({
  trade,
  decimals,
  sizeDecimals,
}: {
  trade: Trade;
  decimals: number;
  sizeDecimals: number;
}) {
  const times = useTimes();
  const { tone, mark, words } = sides[trade.aggressor];
  return (
    <div className={`${columns} h-[22px] items-center text-right text-sm tabular-nums`}>
      <span className={`text-left ${tone}`}>
        {figure(trade.price, decimals)}
        <span aria-hidden className="ml-1 text-[9px]">
          {mark}
        </span>
        <span className="sr-only"> {words}</span>
      </span>
      <span>{figure(trade.quantity, sizeDecimals)}</span>
      <span className="text-xs text-muted">{times.time(trade.at)}</span>
    </div>
  );
});
