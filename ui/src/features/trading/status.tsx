import {
  Check,
  CircleDashed,
  CircleDot,
  CircleDotDashed,
  CircleHelp,
  CircleSlash,
  Hourglass,
  type LucideIcon,
  OctagonX,
  PencilLine,
  PieChart,
  ShieldX,
  TimerOff,
  Undo2,
} from "lucide-react";

import { isOver } from "../../api/orders";
import type { Order } from "../../api/types";
import { reasonOf, type Status as State, statuses } from "./order-words";

const marks: Record<State, LucideIcon> = {
  pending: CircleDashed,
  parked: Hourglass,
  submitted: CircleDotDashed,
  accepted: CircleDot,
  partially_filled: PieChart,
  pending_cancel: Undo2,
  pending_replace: PencilLine,
  unknown: CircleHelp,
  filled: Check,
  cancelled: CircleSlash,
  expired: TimerOff,
  rejected: OctagonX,
  denied: ShieldX,
};

function tone(status: State): string {
  if (status === "denied" || status === "rejected" || status === "unknown") return "text-attention";
  if (status === "accepted" || status === "partially_filled") return "text-accent";
  return "text-muted";
}

/** How the order stands: a shape of its own for each state, its word, and why where it was refused or ended. */
export function Status({ order }: { order: Order }) {
  const { word, meaning } = statuses[order.status];
  const Mark = marks[order.status];
  const why = isOver(order.status) ? reasonOf(order) : "";
  return (
    <span
      className="flex items-center gap-1.5 max-sm:gap-1 max-sm:text-xs max-sm:leading-tight max-sm:whitespace-normal"
      title={why ? `${meaning} ${order.reason}` : meaning}
    >
      <Mark aria-hidden className={`size-3.5 shrink-0 ${tone(order.status)}`} />
      <span className={isOver(order.status) && tone(order.status) === "text-muted" ? "text-muted" : ""}>
        {word}
        {why && (
          <span className="ml-1.5 hidden max-w-64 truncate align-bottom text-xs text-muted 2xl:inline-block">
            {why}
          </span>
        )}
      </span>
    </span>
  );
}
