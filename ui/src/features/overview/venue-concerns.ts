import type { Difference } from "../../api/differences";
import type { Account } from "../../api/types";
import { standingOf, type VenueHealth } from "../../api/venues";
import { figure } from "../../design/figures";
import { venueName } from "../../design/venue-names";
import { spoken } from "../../design/words";
import type { Concern } from "./attention";

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
    detail: (figures, told) => {
      const { difference, asset = "", venue, book } = figures;
      if (!difference) return told;
      const [apart, way] = difference.startsWith("-") ? [difference.slice(1), "less"] : [difference, "more"];
      return `The venue has ${number(apart)} ${asset} ${way} than this book: ${number(venue)} there, ${number(book)} here.`;
    },
    remedy:
      "Money was moved, or traded by hand, where this book was not told. It goes by its own figures until you decide.",
  },
  position: {
    title: (account, count) =>
      count === 1
        ? `${account}: the venue has another position than this book`
        : `${account}: the venue has ${count} other positions than this book`,
    detail: (figures, told) =>
      figures.venue
        ? `${number(figures.venue)} of ${figures.position ?? "a contract"} at the venue, ${number(figures.book)} in the book.`
        : told,
    remedy:
      "Contracts were traded where this book was not told. It goes by its own figures until you decide.",
  },
  outside_order: {
    title: (account, count) =>
      count === 1
        ? `${account}: an order at the venue was not placed here`
        : `${account}: ${count} orders at the venue were not placed here`,
    detail: (figures) =>
      `${figures.side === "sell" ? "Sell" : "Buy"} ${number(figures.quantity)} ${figures.instrument_id ?? ""}${figures.price ? ` at ${number(figures.price)}` : " at the market"}.`,
    remedy: "It is left alone. Cancel it at the venue, or let it work: what it trades you can adopt.",
  },
  unmatched_fill: {
    title: (account, count) =>
      count === 1
        ? `${account}: a trade at the venue fits no order of this book`
        : `${account}: ${count} trades at the venue fit no order of this book`,
    detail: (figures) => `${number(figures.quantity)} traded at ${number(figures.price)}.`,
    remedy:
      "It stands in suspense, apart from the account’s own balances, which differ from the venue’s until it is adopted.",
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

/** Where a venue does not agree with the book and somebody has to decide: one line for each account and kind. */
export function differences(accounts: Account[], open: Difference[]): Concern[] {
  return accounts.flatMap((account) => {
    const all = open.filter((each) => each.account_id === account.account_id);
    return [...new Set(all.map((each) => each.kind))].map((kind) =>
      concernOf(
        account,
        kind,
        all.filter((each) => each.kind === kind),
      ),
    );
  });
}

function concernOf(account: Account, kind: string, those: Difference[]): Concern {
  const { title, detail, remedy } = kindOf(kind);
  const [newest] = those;
  const said = newest ? detail(newest.figures, newest.detail) : "";
  return {
    id: `difference ${account.account_id} ${kind}`,
    weight: "attention",
    title: title(account.name, those.length),
    detail: `${those.length > 1 ? "Last: " : ""}${said}`,
    remedy,
    path: "/reconciliation/$accountId",
    linkText: "Adopt or explain",
    accountId: account.account_id,
  };
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
          ? `${account.name} is not in step with ${venueName(account.venue)}`
          : `${account.name} is not connected`,
        detail: standing
          ? standing.problem || `It is ${standing.stage}.`
          : `It has no key for ${venueName(account.venue)} here.`,
        remedy: standing
          ? "It is tried again by itself; until then no order goes out."
          : "Connect it, and its orders can go out.",
        path: "/connect/$accountId" as const,
        linkText: standing ? "Look at its connection" : "Connect it",
        accountId: account.account_id,
      };
    });
}

/** Real accounts whose dead man’s switch is on, and cannot be put off: it fires as if the server were gone. */
export function unheard(accounts: Account[], health: VenueHealth[] | undefined): Concern[] {
  return accounts.flatMap((account) => {
    const problem = standingOf(health ?? [], account.account_id)?.switch_problem;
    if (!problem) return [];
    return {
      id: `unheard ${account.account_id}`,
      weight: "attention" as const,
      title: `${account.name}: the dead man’s switch cannot be put off`,
      detail: problem,
      remedy: "The venue may cancel all of its orders. It is tried again by itself.",
      path: "/connect/$accountId" as const,
      linkText: "Look at its connection",
      accountId: account.account_id,
    };
  });
}
