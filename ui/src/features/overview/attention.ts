import { denialText } from "../../api/denials";
import type { Difference } from "../../api/differences";
import type { components } from "../../api/generated/schema";
import type { Account, Instrument, Order, Quote } from "../../api/types";
import type { VenueHealth } from "../../api/venues";
import { apart, differences, unheard } from "./venue-concerns";

export type System = components["schemas"]["SystemReport"];

/** Something that somebody should look at: what it is, what to do about it, and where. */
export interface Concern {
  id: string;
  /** Whether something is wrong, or only to be known. */
  weight: "loss" | "attention" | "quiet";
  title: string;
  detail: string;
  remedy: string;
  path: "/trade" | "/risk" | "/settings" | "/connect/$accountId" | "/reconciliation/$accountId";
  linkText: string;
  /** The account that the path is to be about, where it is one. */
  accountId?: string;
}

export interface Known {
  /** The account that the page is about: its concerns need not say whose they are. */
  accountId: string;
  /** Denied or rejected of the last day, and unknown ones of any day; newest first. */
  orders: Order[];
  accounts: Account[];
  instruments: Instrument[];
  quotes: Quote[];
  system: System | undefined;
  /** Whether the server was started with a market. */
  hasMarket: boolean;
  /** Assets of the account that have no price. */
  unpriced: string[];
  /** How accounts are at their venues; undefined while that is not known. */
  venues: VenueHealth[] | undefined;
  /** What venues say that does not fit the book and that nobody has decided about, newest first. */
  differences: Difference[];
}

const weights = { loss: 0, attention: 1, quiet: 2 };

/** What needs attention, the worst first; empty when all is well. */
export function concerns(known: Known): Concern[] {
  return [
    ...unknownOrders(known),
    ...partsOfServer(known.system),
    ...views(known.system),
    ...withoutMarket(known),
    ...states(known.accounts),
    ...apart(known.accounts, known.venues),
    ...unheard(known.accounts, known.venues),
    ...differences(known.accounts, known.differences),
    ...staleFeeds(known),
    ...unpriced(known.unpriced),
    ...refusals(known, "rejected"),
    ...refusals(known, "denied"),
  ].sort((a, b) => weights[a.weight] - weights[b.weight]);
}

function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}

function symbolOf(instruments: Instrument[], id: string): string {
  return instruments.find((each) => each.instrument_id === id)?.symbol ?? id;
}

function named({ instruments }: Known, order: Order): string {
  return `${order.side === "buy" ? "Buy" : "Sell"} ${symbolOf(instruments, order.instrument)}`;
}

/** The orders of a status by their account, that of the page first: a link leads to one account only. */
function byAccount({ accountId, orders }: Known, status: Order["status"]): [Order, ...Order[]][] {
  const found = new Map<string, [Order, ...Order[]]>();
  for (const order of orders) {
    if (order.status !== status) continue;
    const those = found.get(order.account_id);
    if (those) those.push(order);
    else found.set(order.account_id, [order]);
  }
  const own = found.get(accountId);
  found.delete(accountId);
  return [...(own ? [own] : []), ...found.values()];
}

/** " in" an account, where it is not the one that the page is about. */
function whereOf({ accountId, accounts }: Known, { account_id }: Order): string {
  if (account_id === accountId) return "";
  return ` in ${accounts.find((each) => each.account_id === account_id)?.name ?? "another account"}`;
}

function unknownOrders(known: Known): Concern[] {
  return byAccount(known, "unknown").map((unknown) => ({
    id: `unknown ${unknown[0].account_id}`,
    weight: "loss" as const,
    title: `${counted(unknown.length, "order")} with an unknown outcome${whereOf(known, unknown[0])}`,
    detail: `${named(known, unknown[0])}: the venue has not said whether it took it.`,
    remedy: "Its funds stay held and nothing is sent again until the venue has answered.",
    path: "/trade" as const,
    linkText: "Show the orders",
    accountId: unknown[0].account_id,
  }));
}

function refusals(known: Known, status: "denied" | "rejected"): Concern[] {
  const isDenied = status === "denied";
  return byAccount(known, status).map((those) => {
    const [newest] = those;
    return {
      id: `${status} ${newest.account_id}`,
      weight: isDenied ? ("quiet" as const) : ("attention" as const),
      title: `${counted(those.length, "order")} ${status} in the last day${whereOf(known, newest)}`,
      detail: `${those.length > 1 ? "Last: " : ""}${named(known, newest)}. ${isDenied ? denialOf(known, newest) : newest.reason}`,
      remedy: isDenied
        ? "Risk said no before anything was sent. See which limit it was."
        : "The venue said no. Change the order, then place it again.",
      path: isDenied ? ("/risk" as const) : ("/trade" as const),
      linkText: isDenied ? "Show the denials" : "Show the orders",
      accountId: newest.account_id,
    };
  });
}

function denialOf({ accounts, instruments }: Known, order: Order): string {
  return denialText(
    { code: order.code, detail: order.reason, figures: order.figures },
    {
      symbol: instruments.find((each) => each.instrument_id === order.instrument)?.symbol ?? order.instrument,
      baseAsset: accounts.find((each) => each.account_id === order.account_id)?.base_asset,
    },
  );
}

function withoutMarket({ hasMarket }: Known): Concern[] {
  if (hasMarket) return [];
  return [
    {
      id: "no market",
      weight: "attention",
      title: "This server has no market",
      detail: "It was started without one: there are no prices, and nothing can be traded.",
      remedy: "Start it again with a simulated market, or with live prices.",
      path: "/trade",
      linkText: "Show how",
    },
  ];
}

function states(accounts: Account[]): Concern[] {
  return accounts
    .filter((account) => account.state !== "active")
    .map((account) => ({
      id: `state ${account.account_id}`,
      weight: "attention" as const,
      title: `${account.name} is ${account.state}`,
      detail: account.state_reason || "No reason was given.",
      remedy:
        account.state === "halted"
          ? "It takes no orders until it is active again."
          : "It takes only orders that lessen its exposure until it is active again.",
      path: "/risk" as const,
      linkText: "Change its state",
      accountId: account.account_id,
    }));
}

function staleFeeds({ quotes, instruments }: Known): Concern[] {
  return quotes
    .filter((quote) => quote.stale)
    .map((quote) => ({
      id: `stale ${quote.instrument}`,
      weight: "attention" as const,
      title: `${symbolOf(instruments, quote.instrument)} has no fresh price`,
      detail:
        quote.age_s === null
          ? "No price has come since the server started."
          : `The last price is ${Math.round(quote.age_s)} s old.`,
      remedy: "Orders at the market are denied until the feed speaks again.",
      path: "/settings" as const,
      linkText: "Look at the system",
    }));
}

function unpriced(assets: string[]): Concern[] {
  if (!assets.length) return [];
  return [
    {
      id: "unpriced",
      weight: "attention",
      title: `No price for ${assets.join(", ")}`,
      detail: "Net worth is the sum of what has one.",
      remedy: "It is counted as soon as a market quotes it.",
      path: "/trade",
      linkText: "Show the markets",
    },
  ];
}

const partNames: Record<string, string> = {
  database: "The database",
  redis: "Redis",
  projections: "A view",
  feed: "The price feed",
};

function partsOfServer(system: System | undefined): Concern[] {
  return (system?.parts ?? [])
    .filter((part) => part.state !== "ok")
    .map((part) => ({
      id: `part ${part.name}`,
      weight: part.state === "failed" ? ("loss" as const) : ("attention" as const),
      title: `${partNames[part.name] ?? part.name} is ${part.state}`,
      detail: part.detail || "It did not say why.",
      remedy: "`tradebook doctor` on the server says what to do.",
      path: "/settings" as const,
      linkText: "Look at the system",
    }));
}

function views(system: System | undefined): Concern[] {
  return (system?.projections ?? [])
    .filter((view) => view.state !== "ok")
    .map((view) => ({
      id: `view ${view.name}`,
      weight: view.state === "parked" ? ("loss" as const) : ("attention" as const),
      title:
        view.state === "parked" ? `The view ${view.name} stands still` : `The view ${view.name} is behind`,
      detail:
        view.state === "parked"
          ? view.problem || "An event could not be taken in."
          : `${counted(view.lag, "event")} still to be taken in.`,
      remedy:
        view.state === "parked"
          ? "It shows what it knew then; rebuild it. Nothing is lost: the journal has everything."
          : "It catches up by itself.",
      path: "/settings" as const,
      linkText: "Look at the system",
    }));
}
