import { describe, expect, it } from "vitest";

import { downTo, isMultiple, nearest, upTo } from "./steps";

describe("steps", () => {
  it("know their multiples, however they are written", () => {
    expect([
      isMultiple("64000.50", "0.01"),
      isMultiple("64000.505", "0.01"),
      isMultiple("3", "0.5"),
      isMultiple("0.30", "0.10"),
    ]).toEqual([true, false, true, true]);
  });

  it("lead down, up and to the nearest", () => {
    expect([downTo("0.12345", "0.001"), upTo("0.12345", "0.001"), upTo("0.12", "0.01")]).toEqual([
      "0.123",
      "0.124",
      "0.12",
    ]);
    expect([nearest("10.24", "0.1"), nearest("10.25", "0.1"), nearest("10.3", "0.1")]).toEqual([
      "10.2",
      "10.3",
      "10.3",
    ]);
  });

  it("never lead a price to zero", () => {
    expect(nearest("0.001", "0.01")).toBe("0.01");
  });
});
