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
  isTag,
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
  /** Shortened until somebody is at it. */
  isTag: boolean;
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
  // Who has moved it stays at it while it is on its way, and goes on from there.
  const isOnItsWay = draft?.isSent === true || line.order.status === "pending_replace";
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
  const isShort = isTag && !draft;
  const width = isShort ? "max-w-(--tag-width) hover:max-w-[70%] focus:max-w-[70%]" : "max-w-[70%]";
  const look = `group absolute top-0 right-4 flex h-[22px] ${width} items-center gap-1 rounded-control border bg-surface px-1.5 text-xs whitespace-nowrap tabular-nums hover:z-10 focus:z-10 touch:h-10 ${tone} ${line.isTrigger ? "border-dashed" : ""}`;
  if (!isMovable)
    return (
      <div
        ref={ref}
        tabIndex={isOnItsWay ? -1 : undefined}
        className={`${look} pointer-events-auto ${draft?.isSent ? "opacity-70" : ""}`}
      >
        <Words line={line} isShort={isShort} />
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
      <GripVertical
        aria-hidden
        className={`size-3 shrink-0 ${isShort ? "hidden group-hover:block group-focus:block" : ""}`}
      />
      <Words line={line} isShort={isShort} />
      {draft && <Moved draft={draft} line={line} decimals={decimals} />}
    </div>
  );
}

/** What order it is: at first as a tag, in full for who is at it, and for who does not see it. */
function Words({ line, isShort }: { line: OrderLine; isShort: boolean }) {
  if (!isShort) return <span className="truncate">{line.label}</span>;
  return (
    <>
      <span aria-hidden className="truncate text-[11px] group-hover:hidden group-focus:hidden">
        {line.tag}
      </span>
      <span className="sr-only group-hover:not-sr-only group-hover:truncate group-focus:not-sr-only group-focus:truncate">
        {line.label}
      </span>
    </>
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
