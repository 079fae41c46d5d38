import { unitOf } from "../../api/units";
import type { Instrument } from "../../api/types";
import { figure } from "../../design/figures";
import { kinds, lifetimes } from "./order-words";
import type { TicketOrder } from "./ticket-order";

/** The order in a few words, such as "Buy 0.1 BTC/USDT". */
export function briefly(
  order: Pick<TicketOrder, "side" | "quantity" | "quote_quantity">,
  instrumentName: string,
): string {
  const quantity = order.quantity ?? order.quote_quantity ?? "0";
  return `${order.side === "buy" ? "Buy" : "Sell"} ${figure(quantity)} ${instrumentName}`;
}

/** What pressing the button does, such as "Buy 0.1 BTC"; the side alone while the order is not known. */
export function pressing(
  side: TicketOrder["side"],
  order: TicketOrder | null,
  instrument: Pick<Instrument, "base_asset" | "quote_asset" | "contract">,
): string {
  const word = side === "buy" ? "Buy" : "Sell";
  if (!order) return word;
  const { base_asset: base, quote_asset: quote } = instrument;
  if (order.quote_quantity) return `${word} ${base} for ${figure(order.quote_quantity)} ${quote}`;
  return `${word} ${figure(order.quantity ?? "0")} ${unitOf(instrument)}`;
}

/** All that the order says, as it is sent: a line for the order, then one for each of its conditions and exits. */
export function linesOf(order: TicketOrder, instrument: Instrument): string[] {
  const { base_asset: base, quote_asset: quote } = instrument;
  const at = (price: string) => `${figure(price)} ${quote}`;
  const size = order.quote_quantity
    ? `${figure(order.quote_quantity)} ${quote} of ${base}`
    : `${figure(order.quantity ?? "0")} ${unitOf(instrument)}`;
  const order_ = [
    `${kinds[order.type]}: ${order.side} ${size}`,
    order.stop_price ? `triggered at ${at(order.stop_price)}` : "",
    order.trailing_offset ? `following the market at ${offset(order, quote)}` : "",
    order.price ? `for ${at(order.price)} or better` : "",
  ];
  const life = order.time_in_force;
  const conditions = [
    life === "gtd" ? `Until ${untilOf(order)}` : life && life !== "gtc" ? lifetimes[life] : "",
    order.post_only ? "Post only" : "",
    order.reduce_only ? "Reduce only" : "",
  ];
  const exit = (name: string, leg: TicketOrder["take_profit"]) =>
    leg ? `${name} at ${at(leg.stop_price)}${leg.price ? `, for ${at(leg.price)} or better` : ""}` : "";
  return [
    order_.filter(Boolean).join(", "),
    conditions.filter(Boolean).join(" · "),
    exit("Then take profit", order.take_profit),
    exit("Then stop loss", order.stop_loss),
  ].filter(Boolean);
}

function offset(order: TicketOrder, quote: string): string {
  const distance = figure(order.trailing_offset ?? "0");
  return order.trailing_offset_type === "percent" ? `${distance}\u2009%` : `${distance} ${quote}`;
}

function untilOf({ expires_at: at }: TicketOrder): string {
  return `${(at ?? "").replace("T", " ").replace("Z", "")} UTC`;
}
