import type { Difference } from "../../../api/differences";
import { figure } from "../../../design/figures";
import { spoken } from "../../../design/words";

/** The two sides of a difference, where it has two. */
export interface Sides {
  venue: string;
  book: string;
  difference: string;
  /** Of all three; empty where they are not of one. */
  unit: string;
}

/** What a difference is called. */
export function titleOf({ kind, figures }: Difference): string {
  switch (kind) {
    case "balance":
      return `The balance of ${figures.asset ?? "an asset"}`;
    case "position":
      return `The position in ${figures.position ?? "a contract"}`;
    case "unmatched_fill":
      return `A trade that fits no order of this book`;
    case "outside_order":
      return "An order that was not placed here";
    case "overfill":
      return "More was filled than was ordered";
    default:
      return `The venue does not agree: ${spoken(kind)}`;
  }
}

function money(decimal: string | undefined): string {
  return decimal ? figure(decimal) : "?";
}

/** What it is about, in a sentence. */
export function sentenceOf({ kind, figures, detail }: Difference): string {
  if (kind === "unmatched_fill" && figures.instrument_id) {
    const fee = /[1-9]/.test(figures.fee ?? "")
      ? `, fee ${money(figures.fee)} ${figures.fee_asset ?? ""}`
      : "";
    return `${sideOf(figures)} ${money(figures.quantity)} ${figures.instrument_id} at ${money(figures.price)}${fee}.`;
  }
  if (kind === "outside_order") {
    const price = figures.price ? ` at ${money(figures.price)}` : " at the market";
    return `${sideOf(figures)} ${money(figures.quantity)} ${figures.instrument_id ?? ""}${price}.`;
  }
  if (kind === "overfill")
    return `${money(figures.filled_quantity)} was filled, ${money(figures.quantity)} ordered.`;
  return detail;
}

function sideOf(figures: Record<string, string>): string {
  return figures.side === "sell" ? "Sell" : "Buy";
}

/** What each side has; null where that is not what differs, or was not recorded. */
export function sidesOf({ kind, figures }: Difference): Sides | null {
  const { venue, book, difference, asset } = figures;
  const hasSides = kind === "balance" || kind === "position";
  if (!hasSides || venue === undefined || book === undefined || difference === undefined) return null;
  return { venue, book, difference, unit: asset ?? "" };
}

/** What can be done about it, and what that means. */
export function remedyOf({ kind, adoptable }: Difference): string {
  if (kind === "balance")
    return "Adopt it where the venue is right and nobody will tell more. Explain it where it will go by itself.";
  if (kind === "position")
    return "Adopt the trades that made it, where they wait here. Else put it right at the venue; then say here what it was.";
  if (kind === "unmatched_fill")
    return "Adopt it where the trade is this account’s: it becomes one of its trades. Until then it stands in suspense.";
  return adoptable ? "" : "Put it right where it is wrong; then say here what it was.";
}

const outcomes: Record<Exclude<Difference["status"], "open">, string> = {
  adopted: "Adopted",
  explained: "Explained",
  superseded: "Found anew",
  settled: "Agreed again",
};

/** What became of it. */
export function outcomeOf({ status }: Difference): string {
  return status === "open" ? "Open" : outcomes[status];
}

/** What nobody had to decide, in words. */
export function courseOf({ status }: Difference): string {
  if (status === "settled") return "A later comparison found that venue and book agree.";
  if (status === "superseded") return "Something changed the amount, and it was compared anew.";
  return "";
}
