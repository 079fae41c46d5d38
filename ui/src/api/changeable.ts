import type { Order } from "./types";

/** What of an order can be changed by itself. */
export type Term = "quantity" | "price" | "stop_price";

const settling = new Set<Order["status"]>(["submitted", "unknown", "pending_cancel", "pending_replace"]);
const triggers = new Set<Order["type"]>(["stop", "stop_limit", "take_profit"]);

/** Whether it waits for a trigger that has not come, as far as the page can tell: a venue that watches it does not say. */
export function isWaiting(order: Order): boolean {
  return order.status === "parked" || (order.rests_at === "venue" && order.filled_quantity === "0");
}

/** What of the order can be changed now: nothing while the venue owes an answer. */
export function changeable(order: Order): Term[] {
  if (settling.has(order.status)) return [];
  const terms: Term[] = [];
  if (order.quantity) terms.push("quantity");
  if (order.price) terms.push("price");
  if (triggers.has(order.type) && order.stop_price && isWaiting(order)) terms.push("stop_price");
  return terms;
}
