import { describe, expect, it } from "vitest";

import { movedByTicks, onStep, snapped } from "./ticks";

describe("a price on the grid", () => {
  it("is the multiple below, above or next to it", () => {
    expect(onStep("101.37", "0.5", "down")).toBe("101");
    expect(onStep("101.37", "0.5", "up")).toBe("101.5");
    expect(onStep("101.37", "0.5", "near")).toBe("101.5");
    expect(onStep("101.25", "0.5", "near")).toBe("101.5");
    expect(onStep("101.24", "0.5", "near")).toBe("101");
  });

  it("stays where it is when it lies on it", () => {
    for (const towards of ["down", "up", "near"] as const)
      expect(onStep("64120.50", "0.10", towards)).toBe("64120.5");
  });

  it("is exact where floating point is not", () => {
    expect(onStep("0.3", "0.1", "down")).toBe("0.3");
    expect(onStep("123456789012345678.91", "0.01", "down")).toBe("123456789012345678.91");
  });

  it("is found for a place on the axis, and is never below one tick", () => {
    expect(snapped(64120.4999999, "0.01")).toBe("64120.5");
    expect(snapped(0.1 + 0.2, "0.1")).toBe("0.3");
    expect(snapped(1e-9, "0.00000001")).toBe("0.00000001");
    expect(snapped(-5, "0.01")).toBe("0.01");
    expect(snapped(Number.NaN, "0.01")).toBe("0.01");
  });
});

describe("a move by ticks", () => {
  it("goes up and down by as many", () => {
    expect(movedByTicks("100.00", "0.01", 1)).toBe("100.01");
    expect(movedByTicks("100", "0.01", -10)).toBe("99.9");
  });

  it("brings a price from beside the grid onto it", () => {
    expect(movedByTicks("100.3", "0.5", 1)).toBe("100.5");
    expect(movedByTicks("100.3", "0.5", -1)).toBe("100");
  });

  it("ends at one tick", () => {
    expect(movedByTicks("0.02", "0.01", -10)).toBe("0.01");
  });
});
