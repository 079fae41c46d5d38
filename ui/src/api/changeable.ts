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

/** New prices of an exit; what is left out stays. */
type ExitChange = Partial<Record<"stop_price" | "price", string>>;

/** What is to become of the exits of a bracket. */
export type ExitChanges = Partial<Record<"take_profit" | "stop_loss", ExitChange>>;

/** A price of an order that can be moved by itself: its own, or one of the exits that it will have once it fills. */
export type MovablePrice =
  "price" | "stop_price" | "take_profit" | "take_profit_limit" | "stop_loss" | "stop_loss_limit";

/** Whether its exits can be moved: they are terms of it until it fills, then orders of their own. */
export function mayMoveExits(order: Order): boolean {
  return !settling.has(order.status) && order.filled_quantity === "0";
}

/** What to ask for so that one price of an order becomes `price`. */
export function moveOf(field: MovablePrice, price: string): Partial<Record<Term, string>> & ExitChanges {
  switch (field) {
    case "price":
    case "stop_price":
      return { [field]: price };
    case "take_profit":
    case "stop_loss":
      return { [field]: { stop_price: price } };
    case "take_profit_limit":
      return { take_profit: { price } };
    case "stop_loss_limit":
      return { stop_loss: { price } };
  }
}
