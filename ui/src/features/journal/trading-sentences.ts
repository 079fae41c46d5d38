import { denialText, limitTitle, limitValue } from "../../api/denials";
import { rounded } from "../../design/decimals";
import { venueName } from "../../design/venue-names";
import { spoken } from "../../design/words";
import { amount, capital, number, pair, part, plain, short, word } from "./words";

type Data = Record<string, unknown>;
/** What an order is called where an event names it only by its id: "Buy 0.01 BTC/USDT". */
export type OrderNames = ReadonlyMap<string, string>;
type Sentence = (data: Data, order: string) => string;

/** "Buy 0.01 BTC/USDT" or, sized by the quote asset, "Buy BTC/USDT for 500". */
export function orderName(terms: Data): string {
  const instrument = pair(terms.instrument_id);
  const side = capital(word(terms.side));
  if (terms.quote_quantity) return `${side} ${instrument} for ${number(terms.quote_quantity)}`;
  return `${side} ${number(terms.quantity)} ${instrument}`;
}

function priced(terms: Data): string {
  const [price, stop] = [number(terms.price), number(terms.stop_price)];
  switch (terms.type) {
    case "market":
      return "at market";
    case "limit":
      return `at ${price}`;
    case "stop_limit":
      return `at ${price} once the price reaches ${stop}`;
    case "stop":
    case "take_profit":
      return price
        ? `at ${price} once the price reaches ${stop}`
        : `at market once the price reaches ${stop}`;
    case "trailing_stop":
      return `trailing by ${number(terms.trailing_offset)}${terms.trailing_offset_type === "percent" ? " %" : ""}`;
    default:
      return spoken(word(terms.type));
  }
}

function conditions(terms: Data): string {
  const force = word(terms.time_in_force);
  const said = [
    force && force !== "gtc" ? force.toUpperCase() : "",
    terms.post_only === true ? "post only" : "",
    terms.reduce_only === true ? "reduce only" : "",
    terms.take_profit ? `take profit ${number(part(terms.take_profit).stop_price)}` : "",
    terms.stop_loss ? `stop loss ${number(part(terms.stop_loss).stop_price)}` : "",
    terms.oco_group ? "one cancels the other" : "",
  ].filter(Boolean);
  return said.length ? ` (${said.join(", ")})` : "";
}

function wanted(terms: Data): string {
  return `${orderName(terms)} ${priced(terms)}${conditions(terms)}`;
}

/** ": why" where a reason says more than the event does. */
function because(data: Data): string {
  const reason = word(data.reason);
  return ["", "requested", "expired"].includes(reason) ? "" : `: ${spoken(reason)}`;
}

/** What a person wrote of it. */
function quoted(data: Data): string {
  return data.reason ? `: “${word(data.reason)}”` : "";
}

function newTerms(data: Data): string {
  const said = [
    data.quantity ? `quantity ${number(data.quantity)}` : "",
    data.price ? `price ${number(data.price)}` : "",
    data.stop_price ? `stop ${number(data.stop_price)}` : "",
  ].filter(Boolean);
  return said.join(", ") || "other terms";
}

function newExits(data: Data): string {
  const exit = (name: string, leg: Data) =>
    leg.stop_price
      ? `${name} ${number(leg.stop_price)}${leg.price ? ` with limit ${number(leg.price)}` : ""}`
      : "";
  const said = [exit("take profit", part(data.take_profit)), exit("stop loss", part(data.stop_loss))];
  return said.filter(Boolean).join(", ");
}

function fill(data: Data): string {
  const fee = /[1-9]/.test(word(data.fee)) ? `, fee ${amount(data.fee)} ${word(data.fee_asset)}` : "";
  return `${number(data.price)}${fee}`;
}

/** Figures are not broken at their separators. */
function inOneLine(text: string): string {
  return text.replaceAll("\u2009", "\u202f");
}

function limitSet(name: string, value: unknown): string {
  return number(value) ? inOneLine(limitValue(name, plain(word(value)), "")) : "set";
}

function denied(data: Data): string {
  const terms = part(data.terms);
  const denial = { code: word(data.code), detail: word(data.detail), figures: part(data.figures) };
  return `${wanted(terms)} denied: ${inOneLine(denialText(denial, { symbol: pair(terms.instrument_id) }))}`;
}

function limits(data: Data): string {
  const set = Object.entries(part(data.limits)).filter(([, value]) => value !== null);
  const said = set
    .slice(0, 3)
    .map(([name, value]) => `${limitTitle(name).toLowerCase()} ${limitSet(name, value)}`);
  const more = set.length > said.length ? ` and ${set.length - said.length} more` : "";
  return said.length ? `Risk limits set: ${said.join(", ")}${more}` : "Risk limits set to the defaults";
}

function deadMansSwitch(data: Data): string {
  const { after_s, when_stopped } = part(data.switch);
  if (after_s === undefined) return "Dead man’s switch switched off";
  const also = when_stopped === true ? ", also when it is stopped on purpose" : "";
  return `Dead man’s switch set: all orders are cancelled ${number(after_s)} s after the server is gone${also}`;
}

const states: Record<string, string> = {
  active: "Account active again",
  reducing: "Account may only reduce its exposure",
  halted: "Account halted",
};

/** Why a venue trades a position by itself. */
const ends: Record<string, string> = {
  liquidation: "liquidated",
  deleveraging: "deleveraged",
  settlement: "the contract has ended",
};

function marked(data: Data): string {
  const money = (value: unknown) => number(rounded(plain(word(value)), 2));
  return `Equity marked at ${money(data.equity)}, opened the day at ${money(data.day_open)}, peak ${money(data.peak)}`;
}

/** One sentence per fact of `trading/events.py`. */
export const tradingSentences: Record<string, Sentence> = {
  AccountOpened: (data) =>
    data.paper === true
      ? `Paper account “${word(data.name)}” opened in ${word(data.base_asset)}`
      : `Account “${word(data.name)}” opened at ${venueName(word(data.venue))} in ${word(data.base_asset)}`,
  AccountStateChanged: (data) => `${states[word(data.state)] ?? "Account changed"}${because(data)}`,
  AccountBegan: () => "The book follows its venue from here on",
  RiskLimitsSet: limits,
  DeadMansSwitchSet: deadMansSwitch,
  FundsDeposited: (data) =>
    `Deposited ${number(data.amount)} ${word(data.asset)}${data.reference ? ` (${word(data.reference)})` : ""}`,
  FundsWithdrawn: (data) =>
    `Withdrew ${number(data.amount)} ${word(data.asset)}${data.reference ? ` (${word(data.reference)})` : ""}`,
  EquityMarked: marked,
  OrderPlaced: (data) =>
    `${wanted(part(data.terms))} placed${data.parked === true ? ", waits with us" : ""}, holds ${amount(part(data.hold).amount)} ${word(part(data.hold).asset)}`,
  OrderDenied: denied,
  OrderTriggered: (data, order) => `${order} triggered at ${number(data.trigger_price)}`,
  TrailingStopMoved: (data, order) =>
    `${order}: stop moved to ${number(data.stop_price)}, best price ${number(data.anchor)}`,
  OrderSubmitted: (data, order) =>
    `${order} sent to the venue${Number(data.attempt) > 1 ? `, attempt ${word(data.attempt)}` : ""}`,
  OrderAccepted: (_, order) => `${order} accepted by the venue`,
  OrderRejected: (data, order) => `${order} rejected by the venue${because(data)}`,
  OrderOutcomeUnknown: (data, order) =>
    `${order}${because(data) || ": no answer"}; the outcome is unknown and its funds stay held`,
  OrderFilled: (data) =>
    `${orderName(data)} ${data.is_complete === true ? "filled" : "partly filled"} at ${fill(data)}`,
  OrderCancelRequested: (data, order) =>
    `${order}: cancel asked for${data.reason === "expired" ? ", its time has come" : because(data)}`,
  OrderCancelRejected: (data, order) => `${order}: cancel rejected by the venue${because(data)}`,
  OrderCancelled: (data, order) => `${order} cancelled${because(data)}`,
  OrderExpired: (data, order) => `${order} expired${because(data)}`,
  OrderReplaceRequested: (data, order) => `${order}: change asked for, ${newTerms(data)}`,
  OrderReplaced: (data, order) =>
    `${order} changed${data.reason === "at_venue" ? " at the venue" : ""}: ${newTerms(data)}`,
  OrderReplaceRejected: (data, order) => `${order}: change rejected by the venue${because(data)}`,
  OrderExitsChanged: (data, order) => `${order}: exits moved, ${newExits(data)}`,
  EarlierFillRecorded: (data) => `${orderName(data)} at ${fill(data)} before the account was connected`,
  PositionBroughtForward: (data) =>
    `${pair(data.instrument_id)} was open when the account was connected: ${amount(part(data.settled).quantity)} at ${number(part(data.settled).average_price)}`,
  PositionClosedByVenue: (data) =>
    `${orderName(data)} at ${fill(data)} by the venue itself: ${ends[word(data.reason)] ?? spoken(word(data.reason))}`,
  FundingSettled: (data) =>
    `Funding ${word(data.amount).startsWith("-") ? "paid" : "received"}: ${amount(word(data.amount).replace("-", ""))} ${word(data.asset)} for ${pair(data.instrument_id)}`,
  LeverageSet: (data) =>
    `Leverage of ${pair(data.instrument_id)} set to ${number(data.leverage)}×, ${word(data.mode)} margin`,
  UnmatchedFillRecorded: (data) => `${orderName(data)} filled at ${fill(data)} by an order that is not ours`,
  DifferenceFound: (data) => `The venue does not agree (${spoken(word(data.kind))}): ${word(data.detail)}`,
  BalanceAdjusted: (data) =>
    `The venue’s balance adopted: ${number(data.amount)} ${word(data.asset)}${quoted(data)}`,
  UnmatchedFillAdopted: (data) => `${orderName(data)} at ${fill(data)} adopted as a trade${quoted(data)}`,
  DifferenceResolved: (data) => `A difference explained (${spoken(word(data.kind))})${quoted(data)}`,
};

/** What the orders that these events place, deny or fill are called. */
export function orderNames(events: readonly { type: string; data: Data }[]): OrderNames {
  const names = new Map<string, string>();
  for (const { type, data } of events) {
    if (type === "trading.OrderFilled" && !names.has(word(data.order_id)))
      names.set(word(data.order_id), `${capital(word(data.side))} ${pair(data.instrument_id)}`);
    if (type === "trading.OrderPlaced" || type === "trading.OrderDenied")
      names.set(word(data.order_id), orderName(part(data.terms)));
  }
  return names;
}

/** An order by its name, else by its id. */
export function orderOf(data: Data, names: OrderNames): string {
  return names.get(word(data.order_id)) ?? `Order …${short(data.order_id)}`;
}
