import type { Instrument } from "../../api/types";
import { compared, over, plus, times, writtenDecimals } from "../../design/decimals";
import { decimalsOf, figure } from "../../design/figures";
import { asTyped, typedDecimal, unclear } from "../../design/typing";
import type { Draft } from "./draft";
import { downTo, isMultiple, nearest, upTo } from "./steps";
import { isBracket, isPair, withPriceField, withStopField } from "./ticket-order";

/** What keeps a field from being part of an order, in words that name the remedy. */
export interface FieldProblem {
  words: string;
  /** What would do instead; pressing it takes it. */
  fix?: string;
  /** It can be sent all the same. */
  isAdvice?: true;
}

export type FieldName = Exclude<
  { [Name in keyof Draft]: Draft[Name] extends string ? Name : never }[keyof Draft],
  "side" | "kind" | "timeInForce" | "trailingOffsetType"
>;
export type Problems = Partial<Record<FieldName, FieldProblem>>;

export interface Market {
  bid: string | null;
  ask: string | null;
}

/** Whether nothing stands against sending. */
export function isReady(problems: Problems): boolean {
  return Object.values(problems).every((problem) => problem.isAdvice);
}

const legs = { stopPrice: "The trigger", pairStop: "The stop of the pair" };

/** What would be sent all the same, and is hardly meant: with the part of the order that it is about. */
export function concernsOf(problems: Problems): string[] {
  return (Object.keys(legs) as (keyof typeof legs)[]).flatMap((name) => {
    const problem = problems[name];
    return problem?.isAdvice ? [`${legs[name]}: ${problem.words}`] : [];
  });
}

/** The price that the order would meet at the market. */
export function marketPrice(draft: Pick<Draft, "side">, { bid, ask }: Market): string | null {
  return draft.side === "buy" ? ask : bid;
}

/** What the order is reckoned by: its own price where it has one, else its trigger, else the market's. */
export function priceOf(draft: Draft, market: Market): string | null {
  const own = withPriceField.has(draft.kind) ? typedDecimal(draft.price) : null;
  const stop = withStopField.has(draft.kind) ? typedDecimal(draft.stopPrice) : null;
  return own ?? stop ?? marketPrice(draft, market);
}

/** What the order is worth in the quote asset; null where that cannot be told yet. */
export function valueOf(draft: Draft, market: Market): string | null {
  const quantity = typedDecimal(draft.quantity);
  if (!quantity || draft.isInQuote) return quantity;
  const price = priceOf(draft, market);
  return price ? times(quantity, price) : null;
}

/** Everything that keeps the draft from being an order; `nowMs` is in ms since 1970. */
export function problemsOf(draft: Draft, instrument: Instrument, market: Market, nowMs: number): Problems {
  const found: [FieldName, FieldProblem | null][] = [["quantity", ofQuantity(draft, instrument, market)]];
  const price = (name: FieldName, isNeeded = true) => {
    if (isNeeded || draft[name]) found.push([name, ofPrice(draft[name], instrument, draft, market)]);
  };
  if (withPriceField.has(draft.kind)) price("price", draft.kind !== "take_profit");
  if (withStopField.has(draft.kind)) price("stopPrice");
  if (draft.kind === "trailing_stop") found.push(["trailingOffset", ofOffset(draft, instrument)]);
  if (draft.timeInForce === "gtd") found.push(["expiresAt", ofExpiry(draft, nowMs)]);
  if (isBracket(draft)) {
    price("takeProfit", !draft.stopLoss);
    price("takeProfitLimit", false);
    price("stopLoss", !draft.takeProfit);
    price("stopLossLimit", false);
  }
  if (isPair(draft)) {
    price("pairStop");
    price("pairLimit", false);
  }
  const problems: Problems = {};
  for (const [name, problem] of found) if (problem) problems[name] = problem;
  return { ...advice(draft, market), ...order(draft, market), ...problems };
}

function ofQuantity(draft: Draft, instrument: Instrument, market: Market): FieldProblem | null {
  const quantity = typedDecimal(draft.quantity);
  if (!quantity) {
    const example = asTyped(draft.isInQuote ? "100" : "0.5");
    return { words: unclear(draft.quantity) ?? `Write an amount such as ${example}.` };
  }
  const { lot_size: lot, min_notional: least, quote_asset: quote } = instrument;
  if (!draft.isInQuote && !isMultiple(quantity, lot)) {
    const below = downTo(quantity, lot);
    return {
      words: `${instrument.base_asset} is traded in steps of ${figure(lot)}.`,
      fix: compared(below, "0") > 0 ? below : upTo(quantity, lot),
    };
  }
  const value = valueOf(draft, market);
  if (!value || compared(value, least) >= 0) return null;
  const words = `An order is worth ${figure(least)} ${quote} or more.`;
  if (draft.isInQuote) return { words, fix: least };
  const price = priceOf(draft, market) ?? "0";
  const enough = over(least, price, writtenDecimals(lot) + 1);
  if (!enough) return { words };
  const fix = upTo(enough, lot);
  return { words, fix: compared(times(fix, price), least) < 0 ? plus(fix, lot) : fix };
}

function ofPrice(
  typed: string,
  { tick_size: tick, quote_asset: quote }: Instrument,
  draft: Draft,
  market: Market,
): FieldProblem | null {
  const price = typedDecimal(typed);
  if (!price) {
    const example = asTyped(marketPrice(draft, market) ?? "100");
    return { words: unclear(typed) ?? `Write a price such as ${example}.` };
  }
  if (isMultiple(price, tick)) return null;
  return { words: `Prices move in steps of ${figure(tick)} ${quote}.`, fix: nearest(price, tick) };
}

function ofOffset(draft: Draft, { tick_size: tick, quote_asset: quote }: Instrument): FieldProblem | null {
  const offset = typedDecimal(draft.trailingOffset);
  const question = unclear(draft.trailingOffset);
  if (question) return { words: question };
  if (draft.trailingOffsetType === "percent") {
    if (!offset) return { words: `Write how far it follows, such as ${asTyped("1.5")}.` };
    return compared(offset, "100") < 0 ? null : { words: "Less than 100 % leaves a price to stop at." };
  }
  if (!offset) return { words: `Write how far it follows, in ${quote}.` };
  if (isMultiple(offset, tick)) return null;
  return { words: `Prices move in steps of ${figure(tick)} ${quote}.`, fix: nearest(offset, tick) };
}

function ofExpiry(draft: Draft, nowMs: number): FieldProblem | null {
  if (!draft.expiresAt) return { words: "Write until when it works." };
  return Date.parse(`${draft.expiresAt}Z`) > nowMs ? null : { words: "Choose a time to come." };
}

/** Exits on the wrong side of the entry, or of each other, would trigger as soon as they exist. */
function order(draft: Draft, market: Market): Problems {
  if (!isBracket(draft)) return {};
  const entry = priceOf(draft, market);
  const [high, low] = [typedDecimal(draft.takeProfit), typedDecimal(draft.stopLoss)];
  const problems: Problems = {};
  const isBuy = draft.side === "buy";
  const [above, below] = isBuy ? ["Above", "Below"] : ["Below", "Above"];
  const way = isBuy ? 1 : -1;
  if (entry && high && compared(high, entry) * way <= 0)
    problems.takeProfit = { words: `${above} the entry of ${figure(entry)}.` };
  if (entry && low && compared(low, entry) * way >= 0)
    problems.stopLoss = { words: `${below} the entry of ${figure(entry)}.` };
  return problems;
}

/** What is allowed and hardly meant: a trigger that the market has passed already. */
function advice(draft: Draft, market: Market): Problems {
  const now = marketPrice(draft, market);
  const problems: Problems = {};
  const warn = (name: "stopPrice" | "pairStop", isAbove: boolean) => {
    const stop = typedDecimal(draft[name]);
    if (!now || !stop) return;
    const side = compared(stop, now);
    if (side === 0 || side > 0 === isAbove) return;
    problems[name] = {
      words: `The market, at ${figure(now, decimalsOf(now))}, has passed it: it triggers at once.`,
      isAdvice: true,
    };
  };
  const isBuy = draft.side === "buy";
  if (draft.kind === "stop" || draft.kind === "stop_limit") warn("stopPrice", isBuy);
  if (draft.kind === "take_profit") warn("stopPrice", !isBuy);
  if (isPair(draft)) warn("pairStop", isBuy);
  return problems;
}
