// @vitest-environment jsdom

import { describe, expect, it } from "vitest";

import type { Instrument, Order } from "../../api/types";
import { type Fill, type Flow, happenings, shownMax } from "./activity";

const instruments = [
  { instrument_id: "BTC-USDT.SIM", symbol: "BTC/USDT", base_asset: "BTC" },
] as Instrument[];
const fill = {
  fill_id: "f",
  position: "7",
  instrument: "BTC-USDT.SIM",
  side: "buy",
  quantity: "0.010",
  price: "64120.5",
  fee: "0.6412",
  fee_asset: "USDT",
  at: "2026-11-21T10:00:00Z",
} as Fill;
const order = (status: Order["status"], updatedAt: string) =>
  ({
    order_id: "o",
    instrument: "BTC-USDT.SIM",
    side: "sell",
    type: "stop",
    status,
    reason: "Too far.",
    quantity: "0.5",
    price: null,
    stop_price: "60000",
    updated_at: updatedAt,
  }) as Order;

describe("recent activity", () => {
  it("counts contracts of an inverse instrument, and not coins", () => {
    const inverse = instruments.map((each) => ({ ...each, contract: { inverse_size: "1" } }) as Instrument);
    const [told] = happenings(
      { fills: [{ ...fill, quantity: "100" }], flows: [], orders: [] },
      inverse,
      "USDT",
    );
    expect(told?.sentence).toBe("Bought 100 contracts at 64\u2009120.5");
  });
  it("tells a fill in a sentence that leads to its event", () => {
    expect(happenings({ fills: [fill], flows: [], orders: [] }, instruments, "USDT")).toEqual([
      {
        id: "fill f",
        at: fill.at,
        sentence: "Bought 0.010 BTC at 64\u2009120.5",
        detail: "Fee 0.64 USDT",
        tone: "buy",
        event: { position: "7" },
      },
    ]);
  });
  it("tells money that came", () => {
    const flow = { kind: "deposit", asset: "USDT", amount: "20000", position: "9", at: fill.at } as Flow;
    expect(happenings({ fills: [], flows: [flow], orders: [] }, instruments, "USDT")[0]?.sentence).toBe(
      "Deposited 20\u2009000.00 USDT",
    );
  });
  it("tells why an order was refused, and the terms of one that rests", () => {
    const told = (status: Order["status"]) =>
      happenings({ fills: [], flows: [], orders: [order(status, fill.at)] }, instruments, "USDT")[0];
    expect(told("denied")).toMatchObject({
      sentence: "Sell stop on BTC/USDT was denied",
      detail: "Too far.",
      event: { orderId: "o" },
    });
    expect(told("accepted")?.detail).toBe("0.5 at 60\u2009000");
    expect(told("filled")).toBeUndefined();
  });
  it("begins with the newest and ends after a while", () => {
    const orders = Array.from({ length: 40 }, (_, minute) =>
      order("cancelled", new Date(Date.UTC(2026, 10, 21, 11, minute)).toISOString()),
    );
    const told = happenings({ fills: [fill], flows: [], orders }, instruments, "USDT");
    expect(told).toHaveLength(shownMax);
    expect(told[0]?.at).toBe("2026-11-21T11:39:00.000Z");
  });
});
