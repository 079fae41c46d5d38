// @vitest-environment jsdom

import { describe, expect, it } from "vitest";

import type { Frame } from "../../api/live";
import type { Order } from "../../api/types";
import { bitcoin, orderLike } from "./example";
import { noticeOf, Seen } from "./notices";

const change = (position: string, order: Order): Frame => ({
  channel: "orders",
  account_id: "a1",
  type: "change",
  position,
  data: order,
});
const snapshot = (position: string, orders: Order[]): Frame => ({
  channel: "orders",
  account_id: "a1",
  type: "snapshot",
  position,
  data: orders,
});
const filled = orderLike({ status: "filled", filled_quantity: "0.1", average_price: "59999.995" });

describe("what is told of an order", () => {
  it("is its fill, at the price it had on average", () => {
    expect(noticeOf(filled, "accepted", bitcoin)).toEqual({
      title: "Bought 0.1 BTC/USDT",
      detail: "Limit order, at 60\u2009000.00 on average",
      tone: "quiet",
    });
  });

  it("is not that it goes its way", () => {
    expect(noticeOf(orderLike({ status: "accepted" }), "pending", bitcoin)).toBeNull();
    expect(noticeOf(orderLike({ status: "partially_filled" }), "accepted", bitcoin)).toBeNull();
  });

  it("tells a denial from a venue's rejection", () => {
    const denied = noticeOf(orderLike({ status: "denied", reason: "too much" }), undefined, bitcoin);
    const rejected = noticeOf(orderLike({ status: "rejected", reason: "post_only" }), "submitted", bitcoin);
    expect([denied?.title, rejected?.title]).toEqual([
      "Denied: Buy 0.1 BTC/USDT",
      "Rejected by the venue: Buy 0.1 BTC/USDT",
    ]);
    expect(rejected?.detail).toBe("post only");
  });

  it("is a cancellation only where nobody here asked for it", () => {
    const by = (reason: string, before: Order["status"] = "accepted") =>
      noticeOf(orderLike({ status: "cancelled", reason }), before, bitcoin);
    expect([by("requested"), by("oco"), by("self_trade", "pending_cancel")]).toEqual([null, null, null]);
    expect(by("halted by the venue")?.title).toBe("Cancelled by the venue: Buy 0.1 BTC/USDT");
  });
});

describe("what a venue leaves open", () => {
  it("is told, and so is its answer", () => {
    const unknown = noticeOf(orderLike({ status: "unknown" }), "submitted", bitcoin);
    expect(unknown).toMatchObject({ title: "No answer from the venue: Buy 0.1 BTC/USDT", tone: "attention" });
    const known = noticeOf(orderLike({ status: "accepted" }), "unknown", bitcoin);
    expect(known?.title).toBe("The venue has answered: Buy 0.1 BTC/USDT");
    expect(noticeOf(orderLike({ status: "pending_cancel" }), "unknown", bitcoin)).toBeNull();
  });

  it("may run out of time, which is told with why", () => {
    const expired = noticeOf(orderLike({ status: "expired", reason: "day" }), "accepted", bitcoin);
    expect(expired).toMatchObject({ title: "Expired: Buy 0.1 BTC/USDT", detail: "the day ended" });
  });
});

describe("what was seen", () => {
  const ofBitcoin = () => bitcoin;

  it("is told once, however often it comes", () => {
    const seen = new Seen();
    seen.take(snapshot("5", [orderLike({})]), ofBitcoin);
    expect(seen.take(change("6", filled), ofBitcoin)).toHaveLength(1);
    expect(seen.take(change("6", filled), ofBitcoin)).toEqual([]);
  });

  it("is not told where it stood there before one came to look", () => {
    const seen = new Seen();
    expect(seen.take(snapshot("9", [filled]), ofBitcoin)).toEqual([]);
    expect(seen.take(change("8", filled), ofBitcoin)).toEqual([]);
  });

  it("is told where it came while nobody could look", () => {
    const seen = new Seen();
    seen.take(snapshot("5", [orderLike({})]), ofBitcoin);
    const told = seen.take(snapshot("9", [filled, { ...filled, order_id: "another" }]), ofBitcoin);
    expect(told.map(({ title }) => title)).toEqual(["Bought 0.1 BTC/USDT"]);
    expect(seen.take(snapshot("12", [filled]), ofBitcoin)).toEqual([]);
  });

  it("leads to the event that changed it, and after a snapshot, which is none, to all of its events", () => {
    const seen = new Seen();
    const another = orderLike({ order_id: "o/2" });
    seen.take(snapshot("5", [orderLike({}), another]), ofBitcoin);
    expect(seen.take(change("6", filled), ofBitcoin)[0]?.path).toBe("/journal/6");
    const [told] = seen.take(snapshot("9", [filled, { ...another, status: "filled" }]), ofBitcoin);
    expect(told).toMatchObject({ path: "/journal?order=o%2F2", pathText: "Show its events" });
  });

  it("is forgotten after a thousand others, unless it is still open", () => {
    const seen = new Seen();
    const open = orderLike({ order_id: "open" });
    const over = orderLike({ order_id: "over", status: "cancelled" });
    seen.take(snapshot("1", [open, over]), ofBitcoin);
    for (let n = 0; n < 1_010; n += 1)
      seen.take(change(`${n + 2}`, orderLike({ order_id: `o${n}`, status: "cancelled" })), ofBitcoin);
    expect([open, over].map((order) => seen.knows(order))).toEqual([true, false]);
  });

  it("is told of one order though another is known from a later position already", () => {
    const seen = new Seen();
    seen.take(snapshot("5", [orderLike({})]), ofBitcoin);
    seen.meet(orderLike({ order_id: "answered at 8" }), ofBitcoin);
    expect(seen.take(change("7", filled), ofBitcoin)).toHaveLength(1);
  });
});
