import type { Account, JournalEvent } from "../../api/types";
import { standingOf, type VenueHealth } from "../../api/venues";
import { figure } from "../../design/figures";
import { spoken } from "../../design/words";
import type { Concern } from "./attention";

/** Of which account's events differences are; a real one, because a paper one's venue is ours. */
export function streamOf(account: Pick<Account, "account_id">): string {
  return `account-${account.account_id}`;
}

export const differenceType = "trading.DifferenceFound";

type Figures = Record<string, string>;

interface Kind {
  title: (account: string, count: number) => string;
  detail: (figures: Figures, told: string) => string;
  remedy: string;
}

function number(decimal: string | undefined): string {
  return decimal ? figure(decimal) : "?";
}

const kinds: Record<string, Kind> = {
  balance: {
    title: (account, count) =>
      count === 1
        ? `${account}: the venue and this book differ`
        : `${account}: the venue and this book differ in ${count} assets`,
    detail: (figures, told) =>
      figures.difference
        ? `${figures.difference.startsWith("-") ? "The venue has less than the book by" : "The venue has more than the book by"} ${number(figures.difference.replace("-", ""))} ${figures.asset ?? ""}. ${told}`
        : told,
    remedy:
      "Money was moved, or traded by hand, where this book was not told. It goes by its own figures until you have found out which.",
  },
  outside_order: {
    title: (account, count) =>
      count === 1
        ? `${account}: an order at the venue was not placed here`
        : `${account}: ${count} orders at the venue were not placed here`,
    detail: (figures) =>
      `${figures.side === "sell" ? "Sell" : "Buy"} ${number(figures.quantity)} ${figures.instrument_id ?? ""}${figures.price ? ` at ${number(figures.price)}` : " at the market"}.`,
    remedy: "It is left alone. Cancel it at the venue, or let it work: what it trades is booked apart.",
  },
  unmatched_fill: {
    title: (account, count) =>
      count === 1
        ? `${account}: a trade at the venue fits no order of this book`
        : `${account}: ${count} trades at the venue fit no order of this book`,
    detail: (figures) => `${number(figures.quantity)} traded at ${number(figures.price)}.`,
    remedy:
      "It stands in suspense, apart from the account’s own balances, which differ from the venue’s until it is explained.",
  },
  overfill: {
    title: (account) => `${account}: the venue filled more than was ordered`,
    detail: (figures) => `${number(figures.filled_quantity)} of ${number(figures.quantity)}.`,
    remedy: "All of it is booked, because all of it happened. Ask the venue, with the order at hand.",
  },
};

function kindOf(name: string): Kind {
  return (
    kinds[name] ?? {
      title: (account) => `${account}: the venue does not agree (${spoken(name)})`,
      detail: (_, told) => told,
      remedy: "Nothing was changed because of it. Its event has what the venue said.",
    }
  );
}

interface Difference {
  kind: string;
  detail: string;
  figures: Figures;
}

function differenceIn(event: JournalEvent): Difference {
  const { kind, detail, figures } = event.data as Partial<Difference>;
  return { kind: kind ?? "", detail: detail ?? "", figures: figures ?? {} };
}

/** What makes two differences the same thing told again. */
function subjectOf({ kind, figures }: Difference): string {
  return kind === "balance" ? (figures.asset ?? "") : JSON.stringify(figures);
}

/** Where a venue does not agree with the book, newest first in `events`: one line for each account and kind. */
export function differences(accounts: Account[], events: JournalEvent[]): Concern[] {
  const found: Concern[] = [];
  for (const account of accounts) {
    const stream = streamOf(account);
    const all = events.filter((event) => event.stream === stream).map(differenceIn);
    for (const kind of new Set(all.map((each) => each.kind))) {
      const those = all.filter((each) => each.kind === kind);
      const [newest] = those;
      if (!newest) continue;
      const { title, detail, remedy } = kindOf(kind);
      const count = new Set(those.map(subjectOf)).size;
      found.push({
        id: `difference ${account.account_id} ${kind}`,
        weight: "attention",
        title: title(account.name, count),
        detail: `${count > 1 ? "Last: " : ""}${detail(newest.figures, newest.detail)}`,
        remedy,
        path: "/journal",
        search: { stream, type: differenceType },
        linkText: count > 1 ? "Show the events" : "Show the event",
        accountId: account.account_id,
      });
    }
  }
  return found;
}

/** Real accounts that cannot trade now: without a key, or not in step with their venue. */
export function apart(accounts: Account[], health: VenueHealth[] | undefined): Concern[] {
  if (!health) return [];
  return accounts
    .filter((account) => !account.paper)
    .flatMap((account) => {
      const standing = standingOf(health, account.account_id);
      if (standing?.stage === "trading") return [];
      return {
        id: `apart ${account.account_id}`,
        weight: "attention" as const,
        title: standing
          ? `${account.name} is not in step with ${account.venue}`
          : `${account.name} is not connected`,
        detail: standing
          ? standing.problem || `It is ${standing.stage}.`
          : `It has no key for ${account.venue} here.`,
        remedy: standing
          ? "It is tried again by itself; until then no order goes out."
          : "Connect it, and its orders can go out.",
        path: "/connect/$accountId" as const,
        linkText: standing ? "Look at its connection" : "Connect it",
        accountId: account.account_id,
      };
    });
}
