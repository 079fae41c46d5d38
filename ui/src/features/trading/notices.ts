import { useCallback, useRef } from "react";

import { useInstruments } from "../../api/instruments";
import { type Frame, useChannel } from "../../api/live";
import type { Instrument, Order } from "../../api/types";
import { rounded } from "../../design/decimals";
import { decimalsOf, figure } from "../../design/figures";
import { tell, type Toast } from "../../state/toasts";
import { isOurReason, kinds, reasonOf, type Status } from "./order-words";
import { isFromHere } from "./placing";

type Notice = Omit<Toast, "id" | "path">;

/**
 * What is worth telling of an order that went from `before` (undefined: not seen yet) to how it is now. Nothing where
 * it only goes its way, or where the ticket has told it.
 */
export function noticeOf(
  order: Order,
  before: Status | undefined,
  instrument: Instrument | undefined,
): Notice | null {
  if (order.status === before) return null;
  const name = instrument?.symbol ?? order.instrument;
  const what = `${order.side === "buy" ? "Buy" : "Sell"} ${figure(order.quantity ?? order.quote_quantity ?? "0")} ${name}`;
  switch (order.status) {
    case "filled":
      return { title: traded(order, name), detail: atPrice(order, instrument), tone: "quiet" };
    case "denied":
      if (isFromHere(order)) return null;
      return { title: `Denied: ${what}`, detail: order.reason, tone: "attention" };
    case "rejected":
      return { title: `Rejected by the venue: ${what}`, detail: reasonOf(order), tone: "attention" };
    case "cancelled":
      if (before === "pending_cancel" || isOurReason(order.reason)) return null;
      return { title: `Cancelled by the venue: ${what}`, detail: reasonOf(order), tone: "attention" };
    default:
      return null;
  }
}

function traded(order: Order, name: string): string {
  return `${order.side === "buy" ? "Bought" : "Sold"} ${figure(order.filled_quantity)} ${name}`;
}

function atPrice(order: Order, instrument: Instrument | undefined): string {
  if (!order.average_price) return kinds[order.type];
  const decimals = decimalsOf(instrument?.tick_size ?? "0.01");
  return `${kinds[order.type]} order, at ${figure(rounded(order.average_price, decimals), decimals)} on average`;
}

const seenMax = 2_000;

/** Which order was seen how, and what was told: each event once, however often it comes. */
export class Seen {
  private readonly statuses = new Map<string, Status>();
  private position = 0n;

  /** What a frame tells. What stood there when one came to look is known; what changed since one last looked is not. */
  take(frame: Frame, instrumentOf: (id: string) => Instrument | undefined): Notice[] {
    const position = BigInt(frame.position);
    if (frame.type === "change" && position <= this.position) return [];
    if (frame.type === "snapshot") this.position = position;
    const orders = frame.type === "snapshot" ? (frame.data as Order[]) : [frame.data as Order];
    return orders.flatMap((order) => {
      const before = this.statuses.get(order.order_id);
      this.remember(order);
      if (frame.type === "snapshot" && !before) return [];
      return noticeOf(order, before, instrumentOf(order.instrument)) ?? [];
    });
  }

  private remember({ order_id, status }: Order): void {
    this.statuses.delete(order_id);
    this.statuses.set(order_id, status);
    const [oldest] = this.statuses.keys();
    if (this.statuses.size > seenMax && oldest) this.statuses.delete(oldest);
  }
}

/** Tell, at the edge of whatever page is open, what becomes of the account's orders. */
export function useOrderNotices(accountId: string): void {
  const { data: instruments } = useInstruments();
  const seen = useRef(new Seen());
  const listen = useCallback(
    (frame: Frame) => {
      const notices = seen.current.take(frame, (id) =>
        instruments?.find((each) => each.instrument_id === id),
      );
      for (const notice of notices) tell({ ...notice, path: `/journal/${frame.position}` });
    },
    [instruments],
  );
  useChannel(`orders:${accountId}`, listen);
}
