import { create } from "zustand";

import { asTyped } from "../../design/typing";
import type { Instrument, Order } from "../../api/types";
import { keepsWork } from "../../state/work";

export type Kind = Order["type"];
export type Side = Order["side"];
export type TimeInForce = Order["time_in_force"];

/** What stands in the ticket's fields, as it was typed. */
export interface Draft {
  side: Side;
  kind: Kind;
  quantity: string;
  /** Whether the quantity is in the quote asset; for market orders only. */
  isInQuote: boolean;
  price: string;
  /** The price that the other kinds of order had, while a limit need not be; and that one's, while it must. */
  priceAside: string;
  stopPrice: string;
  trailingOffset: string;
  trailingOffsetType: Order["trailing_offset_type"];
  timeInForce: TimeInForce;
  /** As a `datetime-local` field has it, in UTC. */
  expiresAt: string;
  isPostOnly: boolean;
  isReduceOnly: boolean;
  /** Whether it is about a contract: that is opened either way, and sized in contracts. */
  isContract: boolean;
  /** Whether a fill is protected by the exits below (bracket). */
  isBracket: boolean;
  takeProfit: string;
  takeProfitLimit: string;
  stopLoss: string;
  stopLossLimit: string;
  /** Whether a stop goes along of which the fill of one cancels the other (OCO). */
  isPair: boolean;
  pairStop: string;
  pairLimit: string;
}

export const blank: Draft = {
  side: "buy",
  kind: "limit",
  quantity: "",
  isInQuote: false,
  price: "",
  priceAside: "",
  stopPrice: "",
  trailingOffset: "",
  trailingOffsetType: "percent",
  timeInForce: "gtc",
  expiresAt: "",
  isPostOnly: false,
  isReduceOnly: false,
  isContract: false,
  isBracket: false,
  takeProfit: "",
  takeProfitLimit: "",
  stopLoss: "",
  stopLossLimit: "",
  isPair: false,
  pairStop: "",
  pairLimit: "",
};

const always: TimeInForce[] = ["gtc", "gtd", "day"];
const atOnce: TimeInForce[] = ["ioc", "fok"];

/** How long an order of this kind may work. */
export function lifetimesOf(kind: Kind): TimeInForce[] {
  if (kind === "market") return ["gtc", ...atOnce];
  return kind === "limit" ? [...always, ...atOnce] : always;
}

/** The draft after `changes`; what an order of that kind cannot have goes, what was typed stays for its return. */
export function changed(draft: Draft, changes: Partial<Draft>): Draft {
  const next = { ...draft, ...changes };
  if (!lifetimesOf(next.kind).includes(next.timeInForce)) next.timeInForce = "gtc";
  if (next.kind !== "market") next.isInQuote = false;
  // A limit that was another order's price is hardly meant where a limit need not be.
  if ((next.kind === "take_profit") !== (draft.kind === "take_profit")) {
    next.price = changes.price ?? draft.priceAside;
    next.priceAside = draft.price;
  }
  if (next.isInQuote !== draft.isInQuote) next.quantity = changes.quantity ?? "";
  return next;
}

/** Where a price that was pointed at belongs: the field that the kind of order turns on. */
export function withPrice(draft: Draft, pointedAt: string): Draft {
  const price = asTyped(pointedAt);
  if (draft.kind === "stop" || draft.kind === "take_profit") return changed(draft, { stopPrice: price });
  if (draft.kind === "stop_limit") return changed(draft, draft.stopPrice ? { price } : { stopPrice: price });
  return changed(draft, { kind: "limit", price });
}

interface Drafts {
  /** By instrument: what was being written for one is there when one comes back to it. */
  drafts: Record<string, Draft>;
  /** The instrument whose ticket was asked for by a key or a command, until the ticket has come. */
  summoned: string | null;
}

/** The ticket's forms. They outlive the ticket: another page, an expired session or a lost server. */
export const useDrafts = create<Drafts>(() => ({ drafts: {}, summoned: null }));

keepsWork(() => {
  useDrafts.setState({ drafts: {}, summoned: null });
});

export function useDraft(instrumentId: string): Draft {
  return useDrafts((state) => state.drafts[instrumentId]) ?? blank;
}

function write(instrumentId: string, next: (draft: Draft) => Draft): void {
  useDrafts.setState(({ drafts }) => ({
    drafts: { ...drafts, [instrumentId]: next(drafts[instrumentId] ?? blank) },
  }));
}

export function changeDraft(instrumentId: string, changes: Partial<Draft>): void {
  write(instrumentId, (draft) => changed(draft, changes));
}

/** The draft as it stands for an instrument. */
export function draftFor(draft: Draft, { contract }: Pick<Instrument, "contract">): Draft {
  return contract ? { ...draft, isContract: true, isInQuote: false } : draft;
}

/** A price of the chart or the book becomes the order's. */
export function takePrice(instrumentId: string, price: string): void {
  write(instrumentId, (draft) => withPrice(draft, price));
}

/** Bring the ticket into sight with this side chosen, ready for the quantity. */
export function summonTicket(instrumentId: string, side: Side): void {
  changeDraft(instrumentId, { side });
  useDrafts.setState({ summoned: instrumentId });
}
