import { spoken } from "../../design/words";
import type { Order } from "../../api/types";

export type Status = Order["status"];

/** How each state of an order is called, and what it means. */
export const statuses: Record<Status, { word: string; meaning: string }> = {
  pending: { word: "pending", meaning: "Recorded here; it has not been sent yet." },
  parked: { word: "waiting", meaning: "Kept here until its trigger comes." },
  submitted: { word: "sent", meaning: "Sent; the venue has not answered yet." },
  accepted: { word: "accepted", meaning: "It works at the venue." },
  partially_filled: { word: "partially filled", meaning: "Part of it has traded, the rest works on." },
  pending_cancel: { word: "cancelling", meaning: "The venue was asked to cancel it." },
  pending_replace: { word: "changing", meaning: "The venue was asked to change it." },
  unknown: {
    word: "unknown",
    meaning: "The venue did not answer in time. Its funds stay held until it has.",
  },
  filled: { word: "filled", meaning: "All of it has traded." },
  cancelled: { word: "cancelled", meaning: "It is over; what was left did not trade." },
  expired: { word: "expired", meaning: "Its time was over." },
  rejected: { word: "rejected by venue", meaning: "The venue said no." },
  denied: { word: "denied", meaning: "The risk check here said no; it was never sent." },
};

export const kinds: Record<Order["type"], string> = {
  limit: "Limit",
  market: "Market",
  stop: "Stop",
  stop_limit: "Stop limit",
  take_profit: "Take profit",
  trailing_stop: "Trailing",
};

export const lifetimes: Record<Order["time_in_force"], string> = {
  gtc: "Until cancelled",
  day: "Today, until 00:00 UTC",
  gtd: "Until a time",
  ioc: "At once, rest cancelled",
  fok: "At once and whole, or not",
};

const reasons: Record<string, string> = {
  requested: "as asked for",
  oco: "its pair traded",
  bracket: "its bracket is done",
  ioc: "not at once",
  fok: "not at once and whole",
  gtd: "its time came",
  day: "the day ended",
};

/** Why an order ended, in words: ours for what this book does, else as the venue said it. */
export function reasonOf(order: Pick<Order, "reason">): string {
  return reasons[order.reason] ?? spoken(order.reason);
}

/** Whether somebody or something here brought about the end of the order, rather than its venue. */
export function isOurReason(reason: string): boolean {
  return reason in reasons;
}

/** What an order says beside its type: how long, and under which conditions. */
export function terms(order: Order): string {
  return [
    order.time_in_force === "gtc" ? "" : order.time_in_force.toUpperCase(),
    order.post_only ? "post only" : "",
    order.reduce_only ? "reduce only" : "",
    order.parent_order_id ? "bracket" : order.oco_group ? "OCO" : "",
    order.take_profit || order.stop_loss ? "with exits" : "",
  ]
    .filter(Boolean)
    .join(" · ");
}
