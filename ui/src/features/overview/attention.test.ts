// @vitest-environment jsdom

import { describe, expect, it } from "vitest";

import type { Account, Instrument, Order, Quote } from "../../api/types";
import { concerns, type Known, type System } from "./attention";

const well: Known = {
  accountId: "a",
  orders: [],
  accounts: [{ account_id: "a", name: "Main", state: "active", state_reason: "" } as Account],
  instruments: [{ instrument_id: "BTC-USDT.SIM", symbol: "BTC/USDT" } as Instrument],
  quotes: [{ instrument: "BTC-USDT.SIM", stale: false, age_s: 1 } as Quote],
  system: {
    parts: [{ name: "feed", state: "ok", detail: "" }],
    projections: [{ name: "trading.orders", state: "ok" }],
  } as System,
  hasMarket: true,
  unpriced: [],
  venues: undefined,
  differences: [],
};
const order = (status: Order["status"], reason = "", account_id = "a") =>
  ({ account_id, status, reason, side: "buy", instrument: "BTC-USDT.SIM" }) as Order;

describe("what needs attention", () => {
  it("is nothing while all is well", () => {
    expect(concerns(well)).toEqual([]);
  });
  it("is an order that nobody knows the outcome of, before everything else", () => {
    const found = concerns({ ...well, orders: [order("denied", "No."), order("unknown")] });
    expect(found.map((each) => each.id)).toEqual(["unknown a", "denied a"]);
    expect(found[0]?.title).toBe("1 order with an unknown outcome");
  });
  it("gathers denials into one line with the newest reason", () => {
    const [found] = concerns({ ...well, orders: [order("denied", "Too far."), order("denied", "Too big.")] });
    expect(found).toMatchObject({
      title: "2 orders denied in the last day",
      detail: "Last: Buy BTC/USDT. Too far.",
      path: "/risk",
    });
  });
  it("is counted for each account, named where it is not the page's, and leads to that account", () => {
    const demo = { account_id: "b", name: "Demo trading", state: "active", state_reason: "" } as Account;
    const orders = [
      order("denied", "Too far.", "b"),
      order("denied", "Too big."),
      order("denied", "Old.", "b"),
      order("rejected", "Closed.", "b"),
      order("unknown", "", "b"),
    ];
    const found = concerns({ ...well, accounts: [...well.accounts, demo], orders });
    expect(found.map((each) => [each.title, each.accountId])).toEqual([
      ["1 order with an unknown outcome in Demo trading", "b"],
      ["1 order rejected in the last day in Demo trading", "b"],
      ["1 order denied in the last day", "a"],
      ["2 orders denied in the last day in Demo trading", "b"],
    ]);
    expect(found[3]?.detail).toBe("Last: Buy BTC/USDT. Too far.");
  });
  it("is a feed without a fresh price, with its age", () => {
    const [found] = concerns({
      ...well,
      quotes: [{ instrument: "BTC-USDT.SIM", stale: true, age_s: 74.4 } as Quote],
    });
    expect(found?.detail).toBe("The last price is 74 s old.");
  });
  it("is a view that stands still, with the way to put it in order", () => {
    const system = {
      parts: [],
      projections: [{ name: "trading.orders", state: "parked", problem: "KeyError" }],
    } as unknown as System;
    const [found] = concerns({ ...well, system });
    expect(found).toMatchObject({ weight: "loss", detail: "KeyError", path: "/settings" });
  });
  it("is an account that may not trade, and why", () => {
    const halted = { account_id: "a", name: "Main", state: "halted", state_reason: "Lunch" } as Account;
    expect(concerns({ ...well, accounts: [halted] })[0]).toMatchObject({
      title: "Main is halted",
      detail: "Lunch",
      path: "/risk",
    });
  });
  it("is a server without a market, which has no feeds that could be fresh", () => {
    expect(concerns({ ...well, hasMarket: false })[0]).toMatchObject({
      title: "This server has no market",
      path: "/trade",
    });
  });
  it("is what has no price", () => {
    expect(concerns({ ...well, unpriced: ["DOGE"] })[0]?.title).toBe("No price for DOGE");
  });
});
