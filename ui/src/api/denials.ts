import { compared, minus, over, rounded } from "../design/decimals";
import { decimalsShown, figure, percent } from "../design/figures";
import { spoken } from "../design/words";
import type { components } from "./generated/schema";

/** Limits that are one figure; which instruments are allowed is a list of its own. */
export type LimitName = Exclude<keyof components["schemas"]["Limits"], "allowed_instruments">;

/** What a limit is counted in. */
export type Unit = "money" | "percent" | "count" | "seconds" | "times";

/** What each limit is called wherever it is told of, and what it is counted in. */
export const limitNamed: Record<LimitName, { title: string; unit: Unit }> = {
  daily_loss: { title: "Loss in a day", unit: "percent" },
  drawdown: { title: "Drawdown", unit: "percent" },
  max_position_notional: { title: "Position", unit: "money" },
  max_order_notional: { title: "Single order", unit: "money" },
  price_collar: { title: "Price collar", unit: "percent" },
  max_leverage: { title: "Leverage", unit: "times" },
  max_open_orders: { title: "Open orders", unit: "count" },
  orders_per_minute: { title: "Orders a minute", unit: "count" },
  price_age_s_max: { title: "Age of prices", unit: "seconds" },
};

function isLimit(name: string): name is LimitName {
  return Object.hasOwn(limitNamed, name);
}

export function limitTitle(name: string): string {
  return isLimit(name) ? limitNamed[name].title : capital(spoken(name));
}

/** A limit as the wire has it, in words; null: it is off. Money without its asset where that is not known. */
export function limitText(value: string | number | null, unit: Unit, baseAsset: string): string {
  if (value === null) return "off";
  switch (unit) {
    case "percent":
      return percent(String(value));
    case "money":
      return `${figure(String(value))} ${baseAsset}`.trim();
    case "seconds":
      return `${value} s`;
    case "times":
      return `${figure(String(value))}×`;
    case "count":
      return figure(String(value));
  }
}

/** The same by the limit's name; a figure as it is where there is no such limit. */
export function limitValue(name: string, value: string | number | null, baseAsset: string): string {
  return limitText(value, isLimit(name) ? limitNamed[name].unit : "count", baseAsset);
}

/** A denial as the server tells it: its own words, and the code and figures behind them. */
export interface Denial {
  code?: string | null | undefined;
  detail: string;
  figures?: Readonly<Record<string, unknown>> | null | undefined;
}

/** What was denied: an order on this instrument, of an account that counts in this asset, where that is known. */
export interface Denied {
  symbol: string;
  baseAsset?: string | undefined;
}

type Figures = Readonly<Record<string, string>>;

/** Why an order was denied, in a sentence with figures as people read them; else as the server says it. */
export function denialText({ code, detail, figures }: Denial, denied: Denied): string {
  const say = code && Object.hasOwn(sentences, code) ? sentences[code] : undefined;
  return say?.(decimals(figures), denied) ?? detail;
}

/** What said no: a limit by its name, else the code in words. */
export function denialTitle({ code, figures }: Pick<Denial, "code" | "figures">): string {
  const limit = figures?.limit;
  if (code === "limit_exceeded" && typeof limit === "string") return limitTitle(limit);
  return (code && titles[code]) ?? capital(spoken(code ?? ""));
}

/** The figures behind a denial by what they are called, each with its unit. */
export function denialFigures({ code, figures }: Denial, { baseAsset = "" }: Denied): [string, string][] {
  const { limit, asset = "", ...rest } = decimals(figures);
  return Object.entries(rest).map(([name, value]) => {
    if (!isDecimal(value)) return [spoken(name), value];
    if (isLimit(name)) return [limitTitle(name), limitValue(name, value, baseAsset)];
    if (limit && name === "value") return ["would be", reached(limit, value, baseAsset)];
    if (limit && name === "max") return ["limit", limitValue(limit, value, baseAsset)];
    if (name === "max" && code && falls.has(code)) return ["limit", percent(value)];
    if (name === "available" || name === "needed") return [name, `${figure(value)} ${asset}`.trim()];
    return [spoken(name), figure(value)];
  });
}

const titles: Record<string, string> = {
  price_collar: "Price collar",
  daily_loss_exceeded: "Loss in a day",
  drawdown_exceeded: "Drawdown",
  price_stale: "Age of prices",
  instrument_not_allowed: "Instruments",
};

const falls = new Set(["daily_loss_exceeded", "drawdown_exceeded"]);

/** None where a figure is missing. */
type Sentence = (figures: Figures, denied: Denied) => string | null;

const sentences: Record<string, Sentence> = {
  limit_exceeded: beyondLimit,
  price_collar: ({ price, reference, price_collar: collar }) => {
    if (!price || !reference || !collar) return null;
    const apart = compared(price, reference) > 0 ? minus(price, reference) : minus(reference, price);
    const share = over(apart, reference, 6);
    return `${figure(price)} is ${share ? `${percent(share)} ` : ""}worse than ${figure(reference)}; the price collar is ${percent(collar)}.`;
  },
  insufficient_funds: lacking,
  insufficient_position: lacking,
  min_notional: ({ notional, min_notional: least }) =>
    notional && least
      ? `It would be worth ${figure(rounded(notional, 8))}; the venue takes no less than ${figure(least)}.`
      : null,
  price_tick: ({ tick_size: tick, ...prices }) => {
    const [named] = Object.entries(prices);
    return tick && named
      ? `${capital(spoken(named[0].replace(".", " ")))} ${figure(named[1])} is not a multiple of ${figure(tick)}.`
      : null;
  },
  quantity_lot: ({ quantity, lot_size: lot }) =>
    quantity && lot ? `${figure(quantity)} is not a multiple of ${figure(lot)}.` : null,
  daily_loss_exceeded: (figures, denied) => fallen(figures, denied, "today", "loss in a day"),
  drawdown_exceeded: (figures, denied) => fallen(figures, denied, "from its peak", "drawdown"),
  self_trade: ({ own_price: own }) =>
    own ? `Your own order at ${figure(own)} would be the other side.` : null,
  reduce_only: ({ position }) => (position ? `There are ${figure(position)} to reduce on this side.` : null),
  instrument_not_allowed: (_, { symbol }) => `${symbol} is not on this account’s list.`,
};

function beyondLimit({ limit, value, max }: Figures, { symbol, baseAsset = "" }: Denied): string | null {
  if (!limit || !value || !max || !isLimit(limit)) return null;
  const would = reached(limit, value, baseAsset);
  // The asset is said once.
  const most = limitValue(limit, max, "");
  const end = `the limit is ${most}.`;
  switch (limit) {
    case "max_position_notional":
      return `Position in ${symbol} would be ${would}; ${end}`;
    case "max_order_notional":
      return `The order would be worth ${would}; ${end}`;
    case "max_open_orders":
      return `There would be ${would} open orders; ${end}`;
    default:
      return `${limitTitle(limit)} would be ${would}; ${end}`;
  }
}

function lacking({ asset, available, needed }: Figures): string | null {
  if (!asset || !available || !needed) return null;
  const [has, wants] = [money(available, asset), money(needed, asset)];
  // Figures that differ must not look alike.
  return has === wants
    ? `Available ${figure(available)} ${asset}, needed ${figure(needed)}.`
    : `Available ${has} ${asset}, needed ${wants}.`;
}

function fallen(
  { equity, reference, max }: Figures,
  { baseAsset = "" }: Denied,
  since: string,
  limit: string,
): string | null {
  if (!equity || !reference || !max) return null;
  const to = `${figure(rounded(equity, 2), 2)} ${baseAsset}`.trim();
  return `Equity fell ${since} from ${figure(rounded(reference, 2), 2)} to ${to}; the limit, ${limit}, is ${percent(max)}.`;
}

function money(amount: string, asset: string): string {
  const decimals = decimalsShown(asset);
  return figure(rounded(amount, decimals), decimals === 2 && /[1-9]/.test(amount) ? 2 : 0);
}

/** How far an order would go of a limit. Money is read with two decimals. */
function reached(limit: string, value: string, baseAsset: string): string {
  const isMoney = isLimit(limit) && limitNamed[limit].unit === "money";
  return isMoney
    ? `${figure(rounded(value, 2), 2)} ${baseAsset}`.trim()
    : limitValue(limit, value, baseAsset);
}

function isDecimal(value: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(value);
}

/** What is text among the figures: all of them, but not all that a problem document has. */
function decimals(figures: Denial["figures"]): Figures {
  return Object.fromEntries(
    Object.entries(figures ?? {}).filter((each): each is [string, string] => typeof each[1] === "string"),
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
