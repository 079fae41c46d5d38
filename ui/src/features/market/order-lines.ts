import { changeable, isWaiting, mayMoveExits, type MovablePrice } from "../../api/changeable";
import { isOpen } from "../../api/orders";
import type { Fill, Order } from "../../api/types";
import { plus } from "../../design/decimals";
import { figure } from "../../design/figures";

/** A price of an open order, drawn across the chart. */
export interface OrderLine {
  id: string;
  /** What it is a line of: the order, or an exit that will be one. */
  unit: string;
  order: Order;
  price: string;
  side: Order["side"];
  /** Side, quantity and type. */
  label: string;
  /** The label where there is little room: the side, or which exit, and the quantity. */
  tag: string;
  /** Waits for the market to come by; a price to trade at does not. */
  isTrigger: boolean;
  /** What moving it would change; null where it cannot be moved. */
  field: MovablePrice | null;
}

const typeWords: Record<Order["type"], string> = {
  limit: "limit",
  market: "market",
  stop: "stop",
  stop_limit: "stop limit",
  take_profit: "take profit",
  trailing_stop: "trailing stop",
};

const sizeOf = (order: Order) =>
  figure(order.remaining_quantity ?? order.quantity ?? order.quote_quantity ?? "");

function labelOf(order: Order): string {
  const words = [order.side === "buy" ? "Buy" : "Sell", sizeOf(order), typeWords[order.type]];
  if (order.oco_group) words.push("OCO");
  if (order.status === "unknown") words.push("(unknown)");
  return words.join(" ");
}

type Exit = "take_profit" | "stop_loss";
const exitWords: Record<Exit, string> = { take_profit: "Take profit", stop_loss: "Stop loss" };
const exitTags: Record<Exit, string> = { take_profit: "TP", stop_loss: "SL" };

/** The order's own lines: its trigger while it waits for it, and the price that it trades at. */
function ownLines(order: Order, mayMove: boolean): OrderLine[] {
  const terms = mayMove ? changeable(order) : [];
  const label = labelOf(order);
  const tag = `${order.side === "buy" ? "▲" : "▼"} ${sizeOf(order)}`;
  const unit = order.order_id;
  const line = (
    field: "price" | "stop_price",
    price: string,
    of: Pick<OrderLine, "label" | "isTrigger">,
  ) => ({
    ...of,
    tag,
    id: `${unit} ${field}`,
    unit,
    order,
    price,
    side: order.side,
    // A trailing stop follows the market by itself.
    field: terms.includes(field) ? field : null,
  });
  const trigger = isWaiting(order) ? order.stop_price : null;
  return [
    ...(trigger ? [line("stop_price", trigger, { label, isTrigger: true })] : []),
    ...(order.price
      ? [line("price", order.price, { label: trigger ? `${label}, its limit` : label, isTrigger: false })]
      : []),
  ];
}

/** Exits of a bracket become orders of their own when it fills; until then they are lines of it. */
function exitLines(order: Order, exit: Exit, mayMove: boolean): OrderLine[] {
  const leg = order[exit];
  if (!leg) return [];
  const unit = `${order.order_id} ${exit}`;
  const label = `${exitWords[exit]} of ${labelOf(order)}`;
  const isMovable = mayMove && mayMoveExits(order);
  const side = order.side === "buy" ? "sell" : "buy";
  const line = (field: MovablePrice, price: string, of: Pick<OrderLine, "label" | "isTrigger">) =>
    ({
      ...of,
      tag: `${exitTags[exit]} ${sizeOf(order)}`,
      id: `${order.order_id} ${field}`,
      unit,
      order,
      price,
      side,
      field: isMovable ? field : null,
    }) as const;
  return [
    line(exit, leg.stop_price, { label, isTrigger: true }),
    ...(leg.price
      ? [line(`${exit}_limit`, leg.price, { label: `${label}, its limit`, isTrigger: false })]
      : []),
  ];
}

/** The lines of the open orders of an instrument, the highest price first; where one may not move them, they stay. */
export function orderLines(orders: readonly Order[], instrumentId: string, mayMove: boolean): OrderLine[] {
  const open = orders.filter((order) => order.instrument === instrumentId && isOpen(order));
  const haveExits = new Set(open.map((order) => order.parent_order_id));
  return open
    .flatMap((order) => [
      ...ownLines(order, mayMove),
      ...(haveExits.has(order.order_id)
        ? []
        : [...exitLines(order, "take_profit", mayMove), ...exitLines(order, "stop_loss", mayMove)]),
    ])
    .sort((a, b) => Number(b.price) - Number(a.price));
}

/**
 * The orders that these lines are of, each once, in words: a stop with a limit is one with two lines, so is each exit
 * of a bracket.
 */
export function ordersOf(lines: readonly OrderLine[], decimals: number): string[] {
  const units = new Map<string, OrderLine[]>();
  for (const line of lines) units.set(line.unit, [...(units.get(line.unit) ?? []), line]);
  return [...units.values()].map((those) => {
    const trigger = those.find((line) => line.isTrigger);
    const limit = those.find((line) => !line.isTrigger);
    const at = (line: OrderLine) => `at ${figure(line.price, decimals)}`;
    if (trigger && limit) return `${trigger.label} ${at(trigger)}, its limit ${at(limit)}`;
    return those.map((line) => `${line.label} ${at(line)}`).join(", ");
  });
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
