import { changeable, isWaiting } from "../../api/changeable";
import { isOpen } from "../../api/orders";
import type { Fill, Order } from "../../api/types";
import { plus } from "../../design/decimals";
import { figure } from "../../design/figures";
import type { MovedPrice } from "./props";

/** A price of an open order, drawn across the chart. */
export interface OrderLine {
  id: string;
  order: Order;
  price: string;
  side: Order["side"];
  /** Side, quantity and type. */
  label: string;
  /** Waits for the market to come by; a price to trade at does not. */
  isTrigger: boolean;
  /** What moving it would change; null where it cannot be moved. */
  field: MovedPrice | null;
}

const typeWords: Record<Order["type"], string> = {
  limit: "limit",
  market: "market",
  stop: "stop",
  stop_limit: "stop limit",
  take_profit: "take profit",
  trailing_stop: "trailing stop",
};

function labelOf(order: Order): string {
  const quantity = order.remaining_quantity ?? order.quantity ?? order.quote_quantity ?? "";
  const words = [order.side === "buy" ? "Buy" : "Sell", figure(quantity), typeWords[order.type]];
  if (order.oco_group) words.push("OCO");
  if (order.status === "unknown") words.push("(unknown)");
  return words.join(" ");
}

function linesOf(order: Order, mayMove: boolean): OrderLine[] {
  const terms = mayMove ? changeable(order) : [];
  const label = labelOf(order);
  const side = order.side;
  const lines: OrderLine[] = [];
  const add = (
    id: string,
    price: string | null,
    rest: Pick<OrderLine, "label" | "isTrigger" | "field" | "side">,
  ) => {
    if (price) lines.push({ id: `${order.order_id} ${id}`, order, price, ...rest });
  };
  const waits = order.stop_price !== null && isWaiting(order);
  const stopField = terms.includes("stop_price") ? "stop_price" : null;
  add("stop_price", waits ? order.stop_price : null, { label, side, isTrigger: true, field: stopField });
  add("price", order.price, {
    label: waits ? `${label}, its limit` : label,
    side,
    isTrigger: false,
    field: terms.includes("price") ? "price" : null,
  });
  // The legs of a bracket become orders of their own when it fills; until then they are its.
  const exit = order.side === "buy" ? "sell" : "buy";
  const leg = { side: exit, isTrigger: true, field: null } as const;
  add("take_profit", order.take_profit?.stop_price ?? null, { ...leg, label: `Take profit of ${label}` });
  add("stop_loss", order.stop_loss?.stop_price ?? null, { ...leg, label: `Stop loss of ${label}` });
  return lines;
}

/** The lines of the open orders of an instrument, the highest price first; where one may not move them, they stay. */
export function orderLines(orders: readonly Order[], instrumentId: string, mayMove: boolean): OrderLine[] {
  return orders
    .filter((order) => order.instrument === instrumentId && isOpen(order))
    .flatMap((order) => linesOf(order, mayMove))
    .sort((a, b) => Number(b.price) - Number(a.price));
}

/** What was filled within one candle on one side. */
export interface FillMark {
  /** Beginning of the candle, in seconds since 1970. */
  time: number;
  side: Fill["side"];
  quantity: string;
}

/** Fills of an instrument by the candles they fell into, the oldest first. */
export function fillMarks(fills: readonly Fill[], instrumentId: string, intervalS: number): FillMark[] {
  const marks = new Map<string, FillMark>();
  for (const fill of fills) {
    if (fill.instrument !== instrumentId) continue;
    const time = Math.floor(Date.parse(fill.at) / 1000 / intervalS) * intervalS;
    const key = `${time} ${fill.side}`;
    const mark = marks.get(key);
    marks.set(key, { time, side: fill.side, quantity: plus(mark?.quantity ?? "0", fill.quantity) });
  }
  return [...marks.values()].sort((a, b) => a.time - b.time);
}
