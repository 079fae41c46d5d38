import { describe, expect, it } from "vitest";

import type { Level } from "./depth-levels";
import { depthShape, reached } from "./depth-shape";

const level = (price: string, total: string): Level => ({ price, size: total, total });
const bids = [level("99", "1"), level("98", "4")];
const asks = [level("101", "2"), level("102", "3")];

describe("the depth of a book", () => {
  it("is drawn in steps around the middle, the largest total at the top", () => {
    expect(depthShape(bids, asks)).toMatchObject({
      bids: "M0.2500 1H0.2500V0.7500H0.0000V0.0000H0V1Z",
      asks: "M0.7500 1H0.7500V0.5000H1.0000V0.2500H1V1Z",
    });
  });

  it("knows the price at a place", () => {
    expect(depthShape(bids, asks)?.priceAt(0.5)).toBe(100);
    expect(depthShape(bids, asks)?.priceAt(1)).toBe(102);
    expect(depthShape(bids, asks)?.most).toBe(4);
  });

  it("is not drawn where a side is missing", () => {
    expect(depthShape(bids, [])).toBeNull();
  });

  it("tells what could be traded up to a price, and nothing inside the spread", () => {
    expect(reached(bids, asks, 98.5)?.total).toBe("1");
    expect(reached(bids, asks, 97)?.total).toBe("4");
    expect(reached(bids, asks, 101.5)?.total).toBe("2");
    expect(reached(bids, asks, 100)).toBeNull();
  });
});
