import { describe, expect, it } from "vitest";

import { blank, type Draft } from "./draft";
import { bitcoin } from "./example";
import { concernsOf, isReady, problemsOf, valueOf } from "./ticket-problems";

const market = { bid: "63999.5", ask: "64000.5" };
const limit: Draft = { ...blank, quantity: "0.1", price: "60 000" };
const now = Date.parse("2026-01-01T00:00:00Z");
const of = (draft: Draft) => problemsOf(draft, bitcoin, market, now);

describe("the ticket's fields", () => {
  it("take a comma before decimals, and ask where it may stand for thousands", () => {
    expect(of({ ...blank, quantity: "0,5", price: "64000,5" })).toEqual({});
    expect(of({ ...blank, quantity: "1,234", price: "64,000.5" })).toEqual({
      quantity: { words: "Is it 1234 or 1.234? Write it so." },
      price: { words: "Write it without separators of thousands, as 1234.5." },
    });
  });

  it("say what to write where there is no amount", () => {
    expect(of({ ...blank, quantity: "", price: "one" })).toEqual({
      quantity: { words: "Write an amount such as 0.5." },
      price: { words: "Write a price such as 64000.5." },
    });
  });

  it("are not asked for what their kind of order has not", () => {
    expect(of({ ...limit, kind: "market", price: "nonsense" })).toEqual({});
  });

  it("offer the nearest that the instrument allows", () => {
    expect(of({ ...limit, price: "60000.123", quantity: "0.12345" })).toEqual({
      price: { words: "Prices move in steps of 0.01 USDT.", fix: "60000.12" },
      quantity: { words: "BTC is traded in steps of 0.0001.", fix: "0.1234" },
    });
    expect(of({ ...limit, quantity: "0.00001" }).quantity?.fix).toBe("0.0001");
  });

  it("offer the least that is worth an order", () => {
    expect(of({ ...limit, quantity: "0.0001" }).quantity?.fix).toBe("0.0002");
    expect(of({ ...limit, price: "50000", quantity: "0.0001" }).quantity?.fix).toBe("0.0002");
    expect(of({ ...limit, price: "50000", quantity: "0.0002" })).toEqual({});
    const inQuote = of({ ...limit, kind: "market", isInQuote: true, quantity: "5" });
    expect(inQuote.quantity).toMatchObject({ fix: "10" });
  });

  it("keep a bracket's exits on their sides of the entry", () => {
    const found = of({ ...limit, isBracket: true, takeProfit: "59000", stopLoss: "61000" });
    expect(Object.keys(found).sort()).toEqual(["stopLoss", "takeProfit"]);
    expect(of({ ...limit, isBracket: true, takeProfit: "61000" })).toEqual({});
    expect(isReady(of({ ...limit, isBracket: true }))).toBe(false);
  });

  it("advise against a trigger that the market has passed, and let it pass", () => {
    const stop: Draft = { ...limit, kind: "stop", side: "sell", stopPrice: "65000" };
    const found = of(stop);
    expect(found.stopPrice?.isAdvice).toBe(true);
    expect(isReady(found)).toBe(true);
    expect(of({ ...stop, stopPrice: "60000" })).toEqual({});
  });

  it("name the leg that the market has passed, where only its field would tell", () => {
    const pair: Draft = { ...limit, isPair: true, pairStop: "61000" };
    expect(concernsOf(of(pair))).toEqual([expect.stringMatching(/^The stop of the pair: The market/)]);
    expect(concernsOf(of({ ...pair, pairStop: "65000" }))).toEqual([]);
    expect(concernsOf(of({ ...pair, pairStop: "" }))).toEqual([]);
  });

  it("want an end that is still to come, and an offset that leaves a price", () => {
    expect(of({ ...limit, timeInForce: "gtd", expiresAt: "2025-12-31T23:59" }).expiresAt).toBeDefined();
    expect(of({ ...limit, timeInForce: "gtd", expiresAt: "2026-01-01T00:01" })).toEqual({});
    expect(of({ ...limit, kind: "trailing_stop", trailingOffset: "100" }).trailingOffset).toBeDefined();
    expect(of({ ...limit, kind: "trailing_stop", trailingOffset: "1.5" })).toEqual({});
  });

  it("ask for the other of a pair only where there is one", () => {
    expect(Object.keys(of({ ...limit, isPair: true }))).toEqual(["pairStop"]);
    expect(of({ ...limit, kind: "market", isPair: true })).toEqual({});
  });
});

describe("an order's value", () => {
  it("is reckoned by its own price, else by the market's side that it meets", () => {
    const order: Draft = { ...limit, kind: "market" };
    expect([
      valueOf(limit, market),
      valueOf(order, market),
      valueOf({ ...order, side: "sell" }, market),
      valueOf({ ...order, isInQuote: true, quantity: "250" }, market),
      valueOf(order, { bid: null, ask: null }),
      valueOf({ ...limit, quantity: "x" }, market),
    ]).toEqual(["6000", "6400.05", "6399.95", "250", null, null]);
  });
});
