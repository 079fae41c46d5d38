import type { JournalEvent } from "../../api/types";
import { identitySentences, ownSentences } from "./identity-sentences";
import { orderOf, type OrderNames, tradingSentences } from "./trading-sentences";
import { venueName } from "../../design/venue-names";
import { spoken } from "../../design/words";
import { capital, word } from "./words";

type Told = Pick<JournalEvent, "type" | "data">;
/** What an event is about, which its mark in the list shows. */
export type Topic = "order" | "fill" | "money" | "account" | "people" | "problem" | "other";

const noNames: OrderNames = new Map();

/**
 * What happened, in a sentence; `names` tells what orders are called that events know only by their id, and `me` who
 * reads it.
 */
export function sentence({ type, data }: Told, names: OrderNames = noNames, me?: string): string {
  const [room = "", name = type] = type.split(".");
  if (room === "trading" && Object.hasOwn(tradingSentences, name))
    return tradingSentences[name]?.(data, orderOf(data, names)) ?? fallback(name);
  if (room === "identity" && Object.hasOwn(ownSentences, name) && me === `user:${word(data.user_id)}`)
    return ownSentences[name] ?? fallback(name);
  if (room === "identity" && Object.hasOwn(identitySentences, name))
    return identitySentences[name]?.(data) ?? fallback(name);
  return fallback(name);
}

function fallback(name: string): string {
  return capital(spoken(name));
}

const problems = new Set([
  "trading.OrderDenied",
  "trading.OrderRejected",
  "trading.OrderOutcomeUnknown",
  "trading.OrderCancelRejected",
  "trading.OrderReplaceRejected",
  "trading.UnmatchedFillRecorded",
  "trading.DifferenceFound",
  "identity.RefreshTokenReused",
  "identity.SignInFailed",
]);

export function topic(type: string): Topic {
  if (problems.has(type)) return "problem";
  if (type === "trading.OrderFilled") return "fill";
  if (type.startsWith("trading.Funds")) return "money";
  if (type.startsWith("trading.Order") || type === "trading.TrailingStopMoved") return "order";
  if (type.startsWith("trading.")) return "account";
  return type.startsWith("identity.") ? "people" : "other";
}

const apartMs = 60_000;

/** When it happened, where that is not about when it was recorded: what was told late, or lived through on a tape. */
export function happenedApart({ recorded_at: recorded, data }: Pick<JournalEvent, "recorded_at" | "data">) {
  const at = word(data.at);
  return Math.abs(Date.parse(at) - Date.parse(recorded)) > apartMs ? at : null;
}

/** "Order filled" for "trading.OrderFilled". */
export function typeName(type: string): string {
  return capital(spoken(type.split(".").at(-1) ?? type));
}

/** Who did it: "you", "user …a1b2c3", "execution", "Binance". */
export function actorName(actor: string, me: string | undefined): string {
  if (actor === me) return "you";
  const [kind = "", name = ""] = actor.split(":");
  if (kind === "system") return spoken(name.replaceAll("-", " "));
  if (kind === "venue") return venueName(name);
  return `${kind} …${name.slice(-6)}`;
}
