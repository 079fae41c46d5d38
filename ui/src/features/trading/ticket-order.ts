import type { Instrument } from "../../api/types";
import { times, typedDecimal } from "../../design/decimals";

export type Kind = "limit" | "market";
export type Side = "buy" | "sell";

/** What stands in the ticket's fields. */
export interface Typed {
  kind: Kind;
  quantity: string;
  price: string;
}

/** An order as the wire wants it, without its account and its id. */
export interface TicketOrder {
  instrument: string;
  side: Side;
  type: Kind;
  quantity: string;
  price?: string;
}

export type Problems = Partial<Record<"quantity" | "price", string>>;

/** What keeps the fields from being an order, each in words that name the remedy. */
export function problemsOf(typed: Typed, marketPrice: string | null): Problems {
  const problems: Problems = {};
  if (!typedDecimal(typed.quantity)) problems.quantity = "Write an amount such as 0.5.";
  if (typed.kind === "limit" && !typedDecimal(typed.price))
    problems.price = `Write a price such as ${marketPrice ?? "100"}.`;
  return problems;
}

/** The order that the fields make; only where there are no problems. */
export function orderOf(typed: Typed, side: Side, instrument: Instrument): TicketOrder {
  const price = typed.kind === "limit" ? typedDecimal(typed.price) : null;
  return {
    instrument: instrument.instrument_id,
    side,
    type: typed.kind,
    quantity: typedDecimal(typed.quantity) ?? "",
    ...(price && { price }),
  };
}

/** What the order is worth at `marketPrice`, or at its own price. Null where that cannot be told yet. */
export function valueOf(typed: Typed, marketPrice: string | null): string | null {
  const quantity = typedDecimal(typed.quantity);
  const price = typed.kind === "limit" ? typedDecimal(typed.price) : marketPrice;
  return quantity && price ? times(quantity, price) : null;
}

/**
 * The id that an order goes out under. As long as no answer has come, the same order keeps its id, so that the server
 * knows a second attempt for what it is and never places it twice.
 */
export class OrderIds {
  private unanswered = new Map<string, string>();

  idFor(order: object): string {
    const content = JSON.stringify(order);
    const id = this.unanswered.get(content) ?? crypto.randomUUID();
    this.unanswered.set(content, id);
    return id;
  }

  answered(order: object): void {
    this.unanswered.delete(JSON.stringify(order));
  }
}
