import { describe, expect, it } from "vitest";

import type { Fill, Order } from "../../api/types";
import { fillMarks, orderLines, ordersOf } from "./order-lines";

const order = (changes: Partial<Order>): Order => ({
  order_id: "o1",
  account_id: "a",
  client_order_id: "c",
  instrument: "BTC-USDT.SIM",
  side: "buy",
  type: "limit",
  quantity: "0.5",
  quote_quantity: null,
  price: "100",
  stop_price: null,
  trailing_offset: null,
  trailing_offset_type: "price",
  time_in_force: "gtc",
  expires_at: null,
  post_only: false,
  reduce_only: false,
  oco_group: "",
  take_profit: null,
  stop_loss: null,
  tags: [],
  parent_order_id: null,
  rests_at: null,
  venue_order_id: null,
  status: "accepted",
  filled_quantity: "0",
  remaining_quantity: "0.5",
  filled_value: "0",
  average_price: null,
  fees: [],
  hold: null,
  reason: "",
  code: null,
  figures: null,
  created_at: "2026-01-02T03:04:05Z",
  updated_at: "2026-01-02T03:04:05Z",
  ...changes,
});
const lines = (...orders: Order[]) =>
  orderLines(orders, "BTC-USDT.SIM", true).map(({ price, label, field }) => [price, label, field]);

const parked = { status: "parked", rests_at: "trading" } as const;

describe("lines of orders", () => {
  it("tell side, what is left, and type, and can be moved", () => {
    expect(lines(order({ remaining_quantity: "0.2" }))).toEqual([["100", "Buy 0.2 limit", "price"]]);
  });

  it("are two for a stop with a limit, the highest first", () => {
    const stopLimit = order({ ...parked, side: "sell", type: "stop_limit", price: "90", stop_price: "91" });
    expect(lines(stopLimit)).toEqual([
      ["91", "Sell 0.5 stop limit", "stop_price"],
      ["90", "Sell 0.5 stop limit, its limit", "price"],
    ]);
  });

  it("lose the trigger that has come", () => {
    const triggered = order({ type: "stop_limit", price: "90", stop_price: "91", rests_at: "trading" });
    expect(lines(triggered)).toEqual([["90", "Buy 0.5 stop limit", "price"]]);
    const atVenue = order({ ...triggered, rests_at: "venue", filled_quantity: "0.1" });
    expect(lines(atVenue)).toEqual([["90", "Buy 0.5 stop limit", "price"]]);
  });

  it("have nothing to hold them by where one may not move them", () => {
    const both = [order({}), order({ ...parked, type: "stop", price: null, stop_price: "91" })];
    expect(orderLines(both, "BTC-USDT.SIM", false).map((line) => line.field)).toEqual([null, null]);
  });

  it("stay where the market has put a trailing stop", () => {
    const trailing = order({ ...parked, type: "trailing_stop", price: null, stop_price: "95" });
    expect(lines(trailing)).toEqual([["95", "Buy 0.5 trailing stop", null]]);
  });

  const bracket = order({
    take_profit: { stop_price: "120", price: null },
    stop_loss: { stop_price: "80", price: "79" },
  });

  it("show the exits of a bracket before they are orders, and each can be moved", () => {
    expect(lines(bracket)).toEqual([
      ["120", "Take profit of Buy 0.5 limit", "take_profit"],
      ["100", "Buy 0.5 limit", "price"],
      ["80", "Stop loss of Buy 0.5 limit", "stop_loss"],
      ["79", "Stop loss of Buy 0.5 limit, its limit", "stop_loss_limit"],
    ]);
    const fields = lines({ ...bracket, status: "pending_replace" }).map(([, , field]) => field);
    expect(fields).toEqual([null, null, null, null]);
  });

  it("show exits once: as orders of their own as soon as they are", () => {
    const entry = order({ ...bracket, status: "partially_filled", filled_quantity: "0.2" });
    const exit = order({
      ...parked,
      order_id: "o2",
      side: "sell",
      type: "take_profit",
      price: null,
      stop_price: "120",
      parent_order_id: "o1",
    });
    expect(lines(entry, exit)).toEqual([
      ["120", "Sell 0.5 take profit", "stop_price"],
      ["100", "Buy 0.5 limit", "price"],
    ]);
  });

  it("leave out what is over and what is of another market, and hold still what is on its way", () => {
    expect(lines(order({ status: "filled" }), order({ instrument: "ETH-USDT.SIM" }))).toEqual([]);
    expect(lines(order({ status: "pending_replace" }))).toEqual([["100", "Buy 0.5 limit", null]]);
    expect(lines(order({ status: "unknown" }))).toEqual([["100", "Buy 0.5 limit (unknown)", null]]);
  });
});

describe("orders out of sight", () => {
  it("are listed as often as they are counted: one with two lines is one", () => {
    const stopLimit = order({ ...parked, side: "sell", type: "stop_limit", price: "90", stop_price: "91" });
    const other = order({ order_id: "o2", price: "89" });
    const both = orderLines([stopLimit, other], "BTC-USDT.SIM", true);
    expect(both).toHaveLength(3);
    expect(ordersOf(both, 2)).toEqual([
      "Sell 0.5 stop limit at 91.00, its limit at 90.00",
      "Buy 0.5 limit at 89.00",
    ]);
    expect(ordersOf(both.slice(1), 2)[0]).toBe("Sell 0.5 stop limit, its limit at 90.00");
  });
});

describe("marks of fills", () => {
  const fill = (at: string, side: Fill["side"], quantity: string): Fill => ({
    position: "1",
    account_id: "a",
    adopts: null,
    order_id: "o1",
    fill_id: at,
    instrument: "BTC-USDT.SIM",
    side,
    quantity,
    price: "100",
    fee: "0",
    fee_asset: "USDT",
    liquidity: "taker",
    at,
    position_side: "net",
    settle_asset: null,
    realised_pnl: null,
    closed_by_venue: null,
  });

  it("stand at their candles, put together by side, the oldest first", () => {
    const fills = [
      fill("1970-01-01T00:05:30Z", "buy", "0.1"),
      fill("1970-01-01T00:02:10Z", "sell", "1"),
      fill("1970-01-01T00:05:59Z", "buy", "0.2"),
      { ...fill("1970-01-01T00:05:00Z", "buy", "7"), instrument: "ETH-USDT.SIM" },
    ];
    expect(fillMarks(fills, "BTC-USDT.SIM", 60)).toEqual([
      { time: 120, side: "sell", quantity: "1" },
      { time: 300, side: "buy", quantity: "0.3" },
    ]);
  });
});
