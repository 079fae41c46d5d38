import { useCallback, useEffect, useRef } from "react";

import { useKnownOrders } from "../../api/book";
import { denialText } from "../../api/denials";
import { useInstruments } from "../../api/instruments";
import { type Frame, useChannel } from "../../api/live";
import { isOpen } from "../../api/orders";
import type { Instrument, Order } from "../../api/types";
import { rounded } from "../../design/decimals";
import { decimalsOf, figure } from "../../design/figures";
import { isToBeTold, tell, type Toast } from "../../state/toasts";
import { isOurReason, kinds, reasonOf, type Status, statuses } from "./order-words";
import { eventsPath, found, isFromHere } from "./attempts";
import { tellFill } from "./fill-toast";
import { briefly } from "./order-sentence";

type Notice = Omit<Toast, "id" | "path" | "pathText">;

/**
 * What is worth telling of an order that went from `before` (undefined: not seen yet) to how it is now. Nothing where
 * it only goes its way, or where the form that sent it tells it.
 */
export function noticeOf(
  order: Order,
  before: Status | undefined,
  instrument: Instrument | undefined,
): Notice | null {
  if (order.status === before) return null;
  const name = instrument?.symbol ?? order.instrument;
  const what = briefly(order, name);
  switch (order.status) {
    case "filled":
      return { title: traded(order, name), detail: atPrice(order, instrument), tone: "quiet" };
    case "denied":
      if (isFromHere(order)) return null;
      return { title: `Denied: ${what}`, detail: deniedFor(order, name), tone: "attention" };
    case "rejected":
      return { title: `Rejected by the venue: ${what}`, detail: reasonOf(order), tone: "attention" };
    case "cancelled":
      if (before === "pending_cancel" || isOurReason(order.reason)) return null;
      return { title: `Cancelled by the venue: ${what}`, detail: reasonOf(order), tone: "attention" };
    case "expired":
      return { title: `Expired: ${what}`, detail: reasonOf(order), tone: "quiet" };
    case "unknown":
      return {
        title: `No answer from the venue: ${what}`,
        detail: statuses.unknown.meaning,
        tone: "attention",
      };
    case "accepted":
    case "partially_filled":
      if (before !== "unknown") return null;
      return {
        title: `The venue has answered: ${what}`,
        detail: statuses[order.status].meaning,
        tone: "quiet",
      };
    default:
      return null;
  }
}

function deniedFor({ code, reason: detail, figures }: Order, symbol: string): string {
  return denialText({ code, detail, figures }, { symbol });
}

function traded(order: Order, name: string): string {
  return `${order.side === "buy" ? "Bought" : "Sold"} ${figure(order.filled_quantity)} ${name}`;
}

function atPrice(order: Order, instrument: Instrument | undefined): string {
  if (!order.average_price) return kinds[order.type];
  const decimals = decimalsOf(instrument?.tick_size ?? "0.01");
  return `${kinds[order.type]} order, at ${figure(rounded(order.average_price, decimals), decimals)} on average`;
}

interface Told extends Omit<Toast, "id"> {
  isFill: boolean;
}

/** A snapshot's position is not that of what changed: there all of the order's events are shown. */
function placeOf(order: Order, position: string | null): Pick<Told, "path" | "pathText"> {
  return position
    ? { path: `/journal/${position}` }
    : { path: eventsPath(order), pathText: "Show its events" };
}

type InstrumentOf = (id: string) => Instrument | undefined;

/** So many besides those that the last snapshot showed, of which none must be forgotten while it is read. */
const besidesMax = 1_000;

/** Which order was seen how, and what was told: each event once, however often it comes. */
export class Seen {
  private readonly statuses = new Map<string, Status>();
  private position = 0n;
  private shown = 0;

  /** What a frame tells. */
  take(frame: Frame, instrumentOf: InstrumentOf): Told[] {
    const position = BigInt(frame.position);
    if (frame.type === "snapshot") {
      const orders = frame.data as Order[];
      this.position = position;
      this.shown = orders.length;
      return orders.flatMap((order) => this.meet(order, instrumentOf));
    }
    if (position <= this.position) return [];
    const order = frame.data as Order;
    const before = this.statuses.get(order.order_id);
    this.remember(order);
    return told(order, before, instrumentOf, frame.position);
  }

  /**
   * What an order tells that is just known. What stood there when one came to look is known; what was placed from
   * here, and what changed since one last looked, is not.
   */
  meet(order: Order, instrumentOf: InstrumentOf): Told[] {
    const before = this.statuses.get(order.order_id);
    this.remember(order);
    return before || isFromHere(order) ? told(order, before, instrumentOf, null) : [];
  }

  knows({ order_id }: Order): boolean {
    return this.statuses.has(order_id);
  }

  private remember({ order_id, status }: Order): void {
    this.statuses.delete(order_id);
    this.statuses.set(order_id, status);
    const [oldest] = this.statuses;
    if (this.statuses.size <= this.shown + besidesMax || !oldest) return;
    this.statuses.delete(oldest[0]);
    // Something may still become of an open one: others go first.
    if (isOpen({ status: oldest[1] })) this.statuses.set(...oldest);
  }
}

function told(
  order: Order,
  before: Status | undefined,
  instrumentOf: InstrumentOf,
  position: string | null,
): Told[] {
  const notice = noticeOf(order, before, instrumentOf(order.instrument));
  return notice ? [{ ...notice, ...placeOf(order, position), isFill: order.status === "filled" }] : [];
}

function tellOf({ isFill, ...toast }: Told): void {
  if (!isToBeTold(toast)) return;
  if (isFill) tellFill(toast);
  else tell(toast);
}

/** Tell, at the edge of whatever page is open, what becomes of the account's orders. */
export function useOrderNotices(accountId: string): void {
  const { data: instruments } = useInstruments();
  const seen = useRef(new Seen());
  const instrumentOf = useCallback(
    (id: string) => instruments?.find((each) => each.instrument_id === id),
    [instruments],
  );
  const listen = useCallback(
    (frame: Frame) => {
      found(frame.type === "snapshot" ? (frame.data as Order[]) : [frame.data as Order]);
      seen.current.take(frame, instrumentOf).forEach(tellOf);
    },
    [instrumentOf],
  );
  useChannel(`orders:${accountId}`, listen);
  // The page may have placed an order, and shown it filled, before this came to listen.
  const known = useKnownOrders(accountId);
  useEffect(() => {
    const unseen = known().filter((order) => !seen.current.knows(order));
    found(unseen);
    for (const order of unseen) seen.current.meet(order, instrumentOf).forEach(tellOf);
  }, [known, instrumentOf]);
}
