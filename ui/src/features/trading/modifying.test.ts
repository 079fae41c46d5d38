// @vitest-environment jsdom

import { describe, expect, it } from "vitest";

import { changeable } from "../../api/changeable";
import { bitcoin, orderLike } from "./example";
import { changesOf } from "./modifying";

const order = orderLike({ filled_quantity: "0.02" });

describe("an open order", () => {
  it("can be changed in what it has", () => {
    expect(changeable(order)).toEqual(["quantity", "price"]);
    const stop = orderLike({ type: "stop_limit", status: "parked", stop_price: "61000" });
    expect(changeable(stop)).toEqual(["quantity", "price", "stop_price"]);
    expect(changeable({ ...stop, status: "accepted" })).toEqual(["quantity", "price"]);
    expect(changeable({ ...stop, status: "accepted", rests_at: "venue" })).toContain("stop_price");
    const trailing = orderLike({ type: "trailing_stop", status: "parked", price: null, stop_price: "59000" });
    expect(changeable(trailing)).toEqual(["quantity"]);
  });

  it("cannot be changed while the venue owes an answer", () => {
    expect(changeable({ ...order, status: "pending_replace" })).toEqual([]);
    expect(changeable({ ...order, status: "unknown" })).toEqual([]);
  });

  it("is sent only what differs, whatever way it is written", () => {
    expect(changesOf(order, { price: "60 000.00", quantity: "0.2" }, bitcoin)).toEqual({
      changes: { quantity: "0.2" },
      problems: {},
    });
  });

  it("is not sent what the instrument does not know, or what has traded", () => {
    const { changes, problems } = changesOf(order, { price: "60000.005", quantity: "0.02" }, bitcoin);
    expect(changes).toEqual({});
    expect(problems.price).toContain("60000.01");
    expect(problems.quantity).toContain("filled already");
    expect(changesOf(order, { price: "one" }, bitcoin).problems.price).toBe("Write a number above zero.");
  });
});
