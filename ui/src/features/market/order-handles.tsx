import { GripVertical } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, type Ref, useRef } from "react";

import { compared, minus } from "../../design/decimals";
import { figure, signed } from "../../design/figures";
import type { Draft } from "./drafts";
import type { OrderLine } from "./order-lines";
import { movedByTicks } from "./ticks";

const ticksPerKey: Record<string, number> = { ArrowUp: 1, ArrowDown: -1, PageUp: 100, PageDown: -100 };

/**
 * The label of an order at its line. One that can be moved is a slider: it is dragged, or moved with the arrows by a
 * tick (with Shift by ten); Enter hands the price on, Escape takes it back.
 */
export function OrderHandle({
  line,
  draft,
  tick,
  decimals,
  lineAt,
  priceUnder,
  onMove,
  onTakeBack,
  onCommit,
  ref,
}: {
  line: OrderLine;
  draft: Draft | null;
  tick: string;
  decimals: number;
  /** Where the line runs, in px from the top of the window. */
  lineAt: () => number;
  /** The price, on the grid, at a place of the window, in px from its top. */
  priceUnder: (clientY: number) => string | null;
  onMove: (price: string) => void;
  onTakeBack: () => void;
  onCommit: (price: string) => void;
  ref: Ref<HTMLDivElement>;
}) {
  const grab = useRef<number | null>(null);
  const isMovable = line.field !== null && !draft?.isSent;
  const price = draft?.price ?? line.price;
  const steer = (event: KeyboardEvent) => {
    const ticks = ticksPerKey[event.key];
    if (ticks) onMove(movedByTicks(price, tick, ticks * (event.shiftKey ? 10 : 1)));
    else if (event.key === "Enter") onCommit(price);
    else if (event.key === "Escape" && draft) onTakeBack();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const begin = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    grab.current = event.clientY - lineAt();
  };
  // Nothing moves before the pointer does: a press alone, on a label pushed aside by another, changes no price.
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (grab.current === null || (!draft && Math.abs(event.movementY) < 1)) return;
    const under = priceUnder(event.clientY - grab.current);
    if (under && compared(under, price) !== 0) onMove(under);
  };
  const drop = (event: PointerEvent<HTMLDivElement>) => {
    const under = grab.current === null ? null : priceUnder(event.clientY - grab.current);
    grab.current = null;
    if (draft && under) onCommit(under);
  };
  const tone = line.side === "buy" ? "border-gain text-gain" : "border-loss text-loss";
  const look = `absolute top-0 right-4 flex h-[22px] max-w-[70%] items-center gap-1 rounded-control border bg-surface px-1.5 text-xs whitespace-nowrap tabular-nums touch:h-10 ${tone} ${line.isTrigger ? "border-dashed" : ""}`;
  if (!isMovable)
    return (
      <div ref={ref} className={`${look} ${draft?.isSent ? "opacity-70" : ""}`}>
        <span className="truncate">{line.label}</span>
        {draft && <Moved draft={draft} line={line} decimals={decimals} />}
      </div>
    );
  return (
    <div
      ref={ref}
      role="slider"
      tabIndex={0}
      aria-label={`${line.label} at`}
      aria-orientation="vertical"
      aria-valuenow={Number(price)}
      aria-valuetext={`${figure(price, decimals)}${draft ? `, was ${figure(line.price, decimals)}; Enter to change, Escape to take back` : ""}`}
      title="Drag, or use the arrow keys (Shift: ten ticks), Enter and Escape"
      onKeyDown={steer}
      onBlur={() => {
        if (draft && grab.current === null) onTakeBack();
      }}
      onPointerDown={begin}
      onPointerMove={drag}
      onPointerUp={drop}
      onPointerCancel={() => {
        grab.current = null;
        onTakeBack();
      }}
      className={`${look} pointer-events-auto cursor-ns-resize touch-none select-none hover:bg-raised ${draft ? "z-10 bg-raised" : ""}`}
    >
      <GripVertical aria-hidden className="size-3 shrink-0" />
      <span className="truncate">{line.label}</span>
      {draft && <Moved draft={draft} line={line} decimals={decimals} />}
    </div>
  );
}

/** Where it is being moved to, and how far that is. */
function Moved({ draft, line, decimals }: { draft: Draft; line: OrderLine; decimals: number }) {
  return (
    <span className="font-medium text-text">
      {draft.isSent && "changing to "}
      {figure(draft.price, decimals)}
      {!draft.isSent && (
        <span className="ml-1 font-normal text-muted">
          {signed(minus(draft.price, line.price), decimals)}
        </span>
      )}
    </span>
  );
}
