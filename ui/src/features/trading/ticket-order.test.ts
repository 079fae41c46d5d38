import { describe, expect, it } from "vitest";

import type { Instrument } from "../../api/types";
import { OrderIds, orderOf, problemsOf, valueOf } from "./ticket-order";

const instrument = { instrument_id: "BTC-USDT.SIM" } as Instrument;
const limit = { kind: "limit" as const, quantity: "0.1", price: "60 000" };
const market = { ...limit, kind: "market" as const };

describe("the ticket", () => {
  it("makes an order with the decimals as they were typed", () => {
    expect(orderOf(limit, "buy", instrument)).toEqual({
      instrument: "BTC-USDT.SIM",
      side: "buy",
      type: "limit",
      quantity: "0.1",
      price: "60000",
    });
  });

  it("sends no price with a market order, whatever stands in the field", () => {
    expect(orderOf(market, "sell", instrument)).not.toHaveProperty("price");
    expect(problemsOf({ ...market, price: "nonsense" }, "64000")).toEqual({});
  });

  it("says what to write where there is no amount", () => {
    expect(problemsOf({ kind: "limit", quantity: "", price: "1,5" }, "64000.5")).toEqual({
      quantity: "Write an amount such as 0.5.",
      price: "Write a price such as 64000.5.",
    });
  });

  it("values a limit order at its own price and a market order at the market's", () => {
    expect([valueOf(limit, "64000"), valueOf(market, "64000"), valueOf(market, null)]).toEqual([
      "6000",
      "6400",
      null,
    ]);
    expect(valueOf({ ...limit, quantity: "x" }, "64000")).toBeNull();
  });
});

describe("an order's id", () => {
  const order = orderOf(limit, "buy", instrument);

  it("stays the same until an answer came, so that a second attempt is no second order", () => {
    const ids = new OrderIds();
    const id = ids.idFor(order);
    expect(ids.idFor({ ...order })).toBe(id);
    ids.answered(order);
    expect(ids.idFor(order)).not.toBe(id);
  });

  it("differs between orders", () => {
    const ids = new OrderIds();
    expect(ids.idFor(order)).not.toBe(ids.idFor({ ...order, quantity: "0.2" }));
  });
});
