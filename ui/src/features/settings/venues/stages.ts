import { Refused } from "../../../api/client";
import type { components } from "../../../api/generated/schema";
import { type FieldName, fieldNames } from "./guides";

type Schemas = components["schemas"];
export type Credential = Schemas["VenueCredentialDocument"];
export type Stage = Schemas["AccountStage"];

/** The way of an account to its venue, in order. */
export const stages: readonly { stage: Stage; title: string; note: string }[] = [
  { stage: "connecting", title: "Connecting", note: "The server signs in at the venue with your key." },
  {
    stage: "reconciling",
    title: "Comparing",
    note: "What the venue has is compared with your book. No order goes out yet.",
  },
  { stage: "trading", title: "Trading", note: "Book and venue are compared, and orders go out." },
];

export interface Permission {
  words: string;
  /** Good, to be known, or something that somebody should change. */
  tone: "gain" | "quiet" | "attention";
}

/** What a key may do, as the venue told it, in the order in which it matters. */
export function permissionsOf(
  { permissions }: Pick<Credential, "permissions">,
  date: (instant: string) => string,
): Permission[] {
  const told: Permission[] = [];
  if (permissions.can_read) told.push({ words: "Reads balances, orders and fills", tone: "gain" });
  if (permissions.can_trade !== null)
    told.push(
      permissions.can_trade
        ? { words: "Places and cancels orders", tone: "gain" }
        : { words: "Cannot place orders", tone: "attention" },
    );
  told.push(
    permissions.can_withdraw === false
      ? { words: "Cannot withdraw", tone: "gain" }
      : { words: "Cannot withdraw, as an owner confirmed", tone: "quiet" },
  );
  if (permissions.is_bound_to_addresses !== null)
    told.push(
      permissions.is_bound_to_addresses
        ? { words: "Works only from the addresses that you named", tone: "gain" }
        : { words: "Works from any address: restrict it at the venue", tone: "attention" },
    );
  if (permissions.expires_at)
    told.push({ words: `Ends on ${date(permissions.expires_at)}`, tone: "attention" });
  return told;
}

/** Refusals that are about the key itself, and leave nothing to be said of the form as a whole. */
const ofKey = new Set([
  "credential_in_use",
  "venue_account_in_use",
  "key_can_withdraw",
  "key_cannot_read",
  "venue_refused",
  "venue_refused_key",
]);
/** In what a venue says: the key is known, what was signed with the secret is not what it expects. */
const wrongSignature = /signature|-1022/i;

export type KeyProblems = Partial<Record<FieldName, string>> & {
  confirmed_by_owner?: string;
  /** Of nothing that can be typed again. */
  whole?: string;
};

const named = new Set<string>([...fieldNames, "confirmed_by_owner"]);

/** Where each thing that the server says of a key is shown; what is said of the key as a whole, at `ofWhole`. */
export function keyProblems(error: Error | null, ofWhole: FieldName = "api_key"): KeyProblems {
  if (!error) return {};
  if (!(error instanceof Refused)) return { whole: error.message };
  if (error.code === "withdrawal_unknown") return { confirmed_by_owner: error.message };
  if (ofKey.has(error.code)) {
    const isSaidByVenue = error.code.startsWith("venue_refused");
    if (isSaidByVenue && wrongSignature.test(error.message))
      return { secret: `${error.message} Copy the secret again, all of it.` };
    return {
      [ofWhole]: isSaidByVenue
        ? `${error.message} Is it the whole key, is it active, and does it allow this server’s address?`
        : error.message,
    };
  }
  const told: KeyProblems = {};
  for (const [field, words] of Object.entries(error.fields)) {
    const name = field.split(".").at(-1);
    if (name && named.has(name)) told[name as FieldName | "confirmed_by_owner"] = words;
    else told.whole = error.message;
  }
  return Object.keys(told).length ? told : { whole: error.message };
}
