import { describe, expect, it } from "vitest";

import { grouped, shareOf, stepOf } from "./depth-levels";

const bids = [
  ["100.04", "0.1"],
  ["100.01", "0.2"],
  ["99.99", "0.3"],
];
const asks = [
  ["100.06", "1"],
  ["100.10", "2"],
  ["100.11", "3"],
];

describe("levels of a book", () => {
  it("carry the size of all better ones, exactly", () => {
    expect(grouped(bids, "0.01", "bid").map((each) => each.total)).toEqual(["0.1", "0.3", "0.6"]);
  });

  it("are put together at the worse end, so that nothing looks better than it is", () => {
    expect(grouped(bids, stepOf("0.01", "10"), "bid")).toEqual([
      { price: "100", size: "0.3", total: "0.3" },
      { price: "99.9", size: "0.3", total: "0.6" },
    ]);
    expect(grouped(asks, stepOf("0.01", "10"), "ask")).toEqual([
      { price: "100.1", size: "3", total: "3" },
      { price: "100.2", size: "3", total: "6" },
    ]);
  });

  it("are none where there is no book", () => {
    expect(grouped([], "0.01", "bid")).toEqual([]);
  });

  it("fill a share of the widest bar", () => {
    expect(shareOf("1", "4")).toBe(0.25);
    expect(shareOf("1", "0")).toBe(0);
  });
});
