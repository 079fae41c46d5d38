import { describe, expect, it } from "vitest";

import type { Instrument } from "../../api/types";
import { blank, type Draft } from "./draft";
import { bitcoin } from "./example";
import { briefly, linesOf, pressing } from "./order-sentence";
import { ordersOf } from "./ticket-order";

/** Every field is written in, as one who tried several kinds leaves them. */
const leftovers: Draft = {
  ...blank,
  quantity: "0.1",
  price: "60 000",
  stopPrice: "61000",
  trailingOffset: "1.5",
};
const said = (changes: Partial<Draft>) =>
  ordersOf({ ...leftovers, ...changes }, bitcoin.instrument_id).map((order) => linesOf(order, bitcoin));

describe("what is asked before real money is spent", () => {
  it("says of each kind what it has, and nothing that stands in fields it does not use", () => {
    expect(said({ kind: "limit" })).toEqual([["Limit: buy 0.1 BTC, for 60\u2009000 USDT or better"]]);
    expect(said({ kind: "market" })).toEqual([["Market: buy 0.1 BTC"]]);
    expect(said({ kind: "stop" })).toEqual([["Stop: buy 0.1 BTC, triggered at 61\u2009000 USDT"]]);
    expect(said({ kind: "stop_limit" })).toEqual([
      ["Stop limit: buy 0.1 BTC, triggered at 61\u2009000 USDT, for 60\u2009000 USDT or better"],
    ]);
    expect(said({ kind: "trailing_stop" })).toEqual([
      ["Trailing: buy 0.1 BTC, following the market at 1.5\u2009%"],
    ]);
    expect(said({ kind: "trailing_stop", trailingOffsetType: "price" })).toEqual([
      ["Trailing: buy 0.1 BTC, following the market at 1.5 USDT"],
    ]);
  });

  it("counts contracts of an inverse instrument, and not coins", () => {
    const inverse = { ...bitcoin, contract: { inverse_size: "1" } as Instrument["contract"] };
    const [order] = ordersOf({ ...leftovers, kind: "limit", quantity: "100" }, bitcoin.instrument_id);
    expect(order && linesOf(order, inverse)).toEqual([
      "Limit: buy 100 contracts, for 60\u2009000 USDT or better",
    ]);
    expect(pressing("buy", order ?? null, inverse)).toBe("Buy 100 contracts");
  });

  it("says what the quote asset buys", () => {
    expect(said({ kind: "market", isInQuote: true, quantity: "250" })).toEqual([
      ["Market: buy 250 USDT of BTC"],
    ]);
  });

  it("says how long, under which conditions, and with which exits", () => {
    const exits = { isBracket: true, takeProfit: "66000", stopLoss: "58000", stopLossLimit: "57900" };
    const until = { timeInForce: "gtd", expiresAt: "2030-01-01T12:00", isPostOnly: true } as const;
    expect(said({ ...exits, ...until })[0]?.slice(1)).toEqual([
      "Until 2030-01-01 12:00 UTC · Post only",
      "Then take profit at 66\u2009000 USDT",
      "Then stop loss at 58\u2009000 USDT, for 57\u2009900 USDT or better",
    ]);
    expect(said({ timeInForce: "fok" })[0]?.[1]).toBe("At once and whole, or not");
  });

  it("says both of a pair", () => {
    const [limit, stop] = said({ side: "sell", isPair: true, pairStop: "58000", isReduceOnly: true });
    expect(limit).toEqual(["Limit: sell 0.1 BTC, for 60\u2009000 USDT or better", "Reduce only"]);
    expect(stop).toEqual(["Stop: sell 0.1 BTC, triggered at 58\u2009000 USDT", "Reduce only"]);
  });

  it("is short where there is little room", () => {
    expect(briefly({ side: "sell", quantity: "1000" }, "BTC/USDT")).toBe("Sell 1\u2009000 BTC/USDT");
  });
});

describe("the button of the ticket", () => {
  it("says what pressing it does as soon as that is known", () => {
    const order = { instrument: "BTC-USDT.SIM", side: "sell", type: "market" } as const;
    expect([
      pressing("buy", null, bitcoin),
      pressing("sell", { ...order, quantity: "0.02" }, bitcoin),
      pressing("sell", { ...order, quote_quantity: "250" }, bitcoin),
    ]).toEqual(["Buy", "Sell 0.02 BTC", "Sell BTC for 250 USDT"]);
  });
});
