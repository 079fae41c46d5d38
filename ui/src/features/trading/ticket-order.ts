import type { components } from "../../api/generated/schema";
import { typedDecimal } from "../../design/typing";
import type { Draft, Kind } from "./draft";

type Request = components["schemas"]["OrderRequest"];

/** An order as the wire wants it, without its account and its id. */
export type TicketOrder = Omit<Request, "account_id" | "client_order_id">;

export const withPriceField = new Set<Kind>(["limit", "stop_limit", "take_profit"]);
export const withStopField = new Set<Kind>(["stop", "stop_limit", "take_profit"]);
/** Kinds with which a stop can go along as an OCO pair. */
export const withPair = new Set<Kind>(["limit", "take_profit"]);

function leg(stop: string, limit: string): { stop_price: string; price?: string } | null {
  const stopPrice = typedDecimal(stop);
  const price = typedDecimal(limit);
  return stopPrice ? { stop_price: stopPrice, ...(price && { price }) } : null;
}

/** What only orders of some kinds have. */
function prices(draft: Draft): Partial<TicketOrder> {
  const price = withPriceField.has(draft.kind) ? typedDecimal(draft.price) : null;
  const stop = withStopField.has(draft.kind) ? typedDecimal(draft.stopPrice) : null;
  const offset = draft.kind === "trailing_stop" ? typedDecimal(draft.trailingOffset) : null;
  return {
    ...(price && { price }),
    ...(stop && { stop_price: stop }),
    ...(offset && { trailing_offset: offset, trailing_offset_type: draft.trailingOffsetType }),
  };
}

function life(draft: Draft): Partial<TicketOrder> {
  if (draft.timeInForce === "gtc") return {};
  return {
    time_in_force: draft.timeInForce,
    ...(draft.timeInForce === "gtd" && { expires_at: `${draft.expiresAt}Z` }),
  };
}

/** Whether an order like the draft can have exits: one that opens a position by its quantity. */
export function canBracket(draft: Draft): boolean {
  return (draft.side === "buy" || (draft.isContract && !draft.isReduceOnly)) && !draft.isInQuote;
}

/** Whether the draft asks for them. */
export function isBracket(draft: Draft): boolean {
  return draft.isBracket && canBracket(draft);
}

/** Whether the draft can lessen what there is. */
export function canReduce(draft: Draft): boolean {
  return draft.side === "sell" || draft.isContract;
}

export function isPair(draft: Draft): boolean {
  return draft.isPair && withPair.has(draft.kind) && !isBracket(draft);
}

export function isPostOnly(draft: Draft): boolean {
  return draft.isPostOnly && draft.kind === "limit" && !["ioc", "fok"].includes(draft.timeInForce);
}

/** The order that the fields make; only where there are no problems. */
export function orderOf(draft: Draft, instrumentId: string): TicketOrder {
  const quantity = typedDecimal(draft.quantity) ?? "";
  const takeProfit = isBracket(draft) ? leg(draft.takeProfit, draft.takeProfitLimit) : null;
  const stopLoss = isBracket(draft) ? leg(draft.stopLoss, draft.stopLossLimit) : null;
  return {
    instrument: instrumentId,
    side: draft.side,
    type: draft.kind,
    ...(draft.isInQuote ? { quote_quantity: quantity } : { quantity }),
    ...prices(draft),
    ...life(draft),
    ...(isPostOnly(draft) && { post_only: true }),
    ...(draft.isReduceOnly && canReduce(draft) && { reduce_only: true }),
    ...(takeProfit && { take_profit: takeProfit }),
    ...(stopLoss && { stop_loss: stopLoss }),
  };
}

/** The stop that goes along with the draft's order, without the name of their group. */
export function pairOf(draft: Draft, instrumentId: string): TicketOrder {
  const limit = typedDecimal(draft.pairLimit);
  const lasts = ["ioc", "fok"].includes(draft.timeInForce) ? "gtc" : draft.timeInForce;
  const stop: Draft = {
    ...draft,
    kind: limit ? "stop_limit" : "stop",
    stopPrice: draft.pairStop,
    price: draft.pairLimit,
    timeInForce: lasts,
  };
  return orderOf(stop, instrumentId);
}

/** What the draft asks for: one order, or a pair of which the fill of one cancels the other. */
export function ordersOf(draft: Draft, instrumentId: string): TicketOrder[] {
  const order = orderOf(draft, instrumentId);
  return isPair(draft) ? [order, pairOf(draft, instrumentId)] : [order];
}
