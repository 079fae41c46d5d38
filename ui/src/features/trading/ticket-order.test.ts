import { describe, expect, it } from "vitest";

import { blank, type Draft } from "./draft";
import { orderOf, ordersOf, pairOf } from "./ticket-order";

const id = "BTC-USDT.SIM";
const limit: Draft = { ...blank, quantity: "0.1", price: "60 000" };

describe("the ticket", () => {
  it("makes an order with the decimals as they were typed", () => {
    expect(orderOf(limit, id)).toEqual({
      instrument: id,
      side: "buy",
      type: "limit",
      quantity: "0.1",
      price: "60000",
    });
  });

  it("sends no price with a market order, whatever stands in the field", () => {
    expect(orderOf({ ...limit, kind: "market" }, id)).not.toHaveProperty("price");
  });

  it("sizes a market order in the quote asset where that was chosen", () => {
    const order = orderOf({ ...limit, kind: "market", isInQuote: true, quantity: "250" }, id);
    expect(order).toMatchObject({ quote_quantity: "250" });
    expect(order).not.toHaveProperty("quantity");
  });

  it("sends triggers and offsets with the kinds that have them", () => {
    const typed = { ...limit, stopPrice: "59000", trailingOffset: "1.5" };
    expect(orderOf({ ...typed, kind: "stop" }, id)).toMatchObject({ type: "stop", stop_price: "59000" });
    expect(orderOf({ ...typed, kind: "stop_limit" }, id)).toMatchObject({
      stop_price: "59000",
      price: "60000",
    });
    const trailing = orderOf({ ...typed, kind: "trailing_stop" }, id);
    expect(trailing).toMatchObject({ trailing_offset: "1.5", trailing_offset_type: "percent" });
    expect(trailing).not.toHaveProperty("stop_price");
  });

  it("says until when an order works, in UTC", () => {
    expect(orderOf({ ...limit, timeInForce: "gtd", expiresAt: "2030-01-01T12:00" }, id)).toMatchObject({
      time_in_force: "gtd",
      expires_at: "2030-01-01T12:00Z",
    });
    expect(orderOf({ ...limit, timeInForce: "day" }, id)).not.toHaveProperty("expires_at");
  });

  it("brackets buys only", () => {
    const exits = { isBracket: true, takeProfit: "66000", stopLoss: "58000", stopLossLimit: "57900" };
    expect(orderOf({ ...limit, ...exits }, id)).toMatchObject({
      take_profit: { stop_price: "66000" },
      stop_loss: { stop_price: "58000", price: "57900" },
    });
    expect(orderOf({ ...limit, ...exits, side: "sell" }, id)).not.toHaveProperty("take_profit");
  });

  it("sends flags only with the orders that can have them", () => {
    const flags = { isPostOnly: true, isReduceOnly: true };
    expect(orderOf({ ...limit, ...flags, side: "sell" }, id)).toMatchObject({
      post_only: true,
      reduce_only: true,
    });
    const atOnce = orderOf({ ...limit, ...flags, timeInForce: "ioc" }, id);
    expect(atOnce).not.toHaveProperty("post_only");
    expect(atOnce).not.toHaveProperty("reduce_only");
  });

  it("makes the other of a pair a stop of the same size and side", () => {
    const pair = { ...limit, side: "sell" as const, isPair: true, isPostOnly: true, pairStop: "58000" };
    expect(pairOf(pair, id)).toEqual({
      instrument: id,
      side: "sell",
      type: "stop",
      quantity: "0.1",
      stop_price: "58000",
    });
    expect(ordersOf(pair, id).map(({ type }) => type)).toEqual(["limit", "stop"]);
    expect(ordersOf({ ...pair, kind: "market" }, id)).toHaveLength(1);
    expect(pairOf({ ...pair, pairLimit: "57900" }, id)).toMatchObject({ type: "stop_limit", price: "57900" });
  });
});
