import { denialText } from "../../api/denials";
import type { components } from "../../api/generated/schema";
import { unitOf } from "../../api/units";
import type { Instrument, Order } from "../../api/types";
import { decimalsShown } from "../../api/worth";
import { rounded } from "../../design/decimals";
import { figure } from "../../design/figures";

export type Fill = components["schemas"]["Fill"];
export type Flow = components["schemas"]["Flow"];

/** Something that happened, in a sentence. */
export interface Happening {
  id: string;
  at: string;
  sentence: string;
  /** More about it, where there is: a fee, a reason. */
  detail: string;
  tone: "buy" | "sell" | "money" | "order" | "refused";
  /** The event in the journal, or the order whose events say more. */
  event: { position: string } | { orderId: string };
}

export const shownMax = 20;

/** Fills, money that came and went, and what became of orders, the newest first. */
export function happenings(
  { fills, flows, orders }: { fills: Fill[]; flows: Flow[]; orders: Order[] },
  instruments: Instrument[],
  baseAsset: string,
): Happening[] {
  return [
    ...fills.map((fill) => ofFill(fill, instruments)),
    ...flows.map(ofFlow),
    ...orders.flatMap((order) => ofOrder(order, instruments, baseAsset)),
  ]
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .slice(0, shownMax);
}

function market(instruments: Instrument[], id: string) {
  const found = instruments.find((each) => each.instrument_id === id);
  return { symbol: found?.symbol ?? id, unit: found ? unitOf(found) : id };
}

function money(amount: string, asset: string): string {
  const decimals = decimalsShown(asset);
  return `${figure(rounded(amount, decimals), decimals === 2 ? 2 : 0)} ${asset}`;
}

function ofFill(fill: Fill, instruments: Instrument[]): Happening {
  const { unit } = market(instruments, fill.instrument);
  return {
    id: `fill ${fill.fill_id}`,
    at: fill.at,
    sentence: `${fill.side === "buy" ? "Bought" : "Sold"} ${figure(fill.quantity)} ${unit} at ${figure(fill.price)}`,
    detail: /[1-9]/.test(fill.fee) ? `Fee ${money(fill.fee, fill.fee_asset)}` : "",
    tone: fill.side,
    event: { position: fill.position },
  };
}

function ofFlow(flow: Flow): Happening {
  return {
    id: `flow ${flow.position}`,
    at: flow.at,
    sentence: `${flow.kind === "deposit" ? "Deposited" : "Withdrew"} ${money(flow.amount, flow.asset)}`,
    detail: "",
    tone: "money",
    event: { position: flow.position },
  };
}

const kinds: Record<Order["type"], string> = {
  market: "market order",
  limit: "limit order",
  stop: "stop",
  stop_limit: "stop-limit",
  take_profit: "take-profit",
  trailing_stop: "trailing stop",
};

const becameOf: Partial<Record<Order["status"], { verb: string; tone: Happening["tone"] }>> = {
  denied: { verb: "was denied", tone: "refused" },
  rejected: { verb: "was rejected by the venue", tone: "refused" },
  unknown: { verb: "has an unknown outcome", tone: "refused" },
  cancelled: { verb: "was cancelled", tone: "order" },
  expired: { verb: "expired", tone: "order" },
  accepted: { verb: "rests at the venue", tone: "order" },
  parked: { verb: "waits for its trigger", tone: "order" },
};

/** What became of an order, where its fills do not say so already. */
function ofOrder(order: Order, instruments: Instrument[], baseAsset: string): Happening[] {
  const became = becameOf[order.status];
  if (!became) return [];
  const { symbol } = market(instruments, order.instrument);
  return [
    {
      id: `order ${order.order_id}`,
      at: order.updated_at,
      sentence: `${order.side === "buy" ? "Buy" : "Sell"} ${kinds[order.type]} on ${symbol} ${became.verb}`,
      detail: became.tone === "refused" ? whyOf(order, symbol, baseAsset) : termsOf(order),
      tone: became.tone,
      event: { orderId: order.order_id },
    },
  ];
}

function whyOf(order: Order, symbol: string, baseAsset: string): string {
  const { code, reason: detail, figures } = order;
  return order.status === "denied" ? denialText({ code, detail, figures }, { symbol, baseAsset }) : detail;
}

function termsOf(order: Order): string {
  const price = order.price ?? order.stop_price;
  return [order.quantity && figure(order.quantity), price && `at ${figure(price)}`].filter(Boolean).join(" ");
}
