import { describe, expect, it } from "vitest";

import { compared, minus, over, plus, rounded, times } from "./decimals";

describe("exact decimals", () => {
  it("multiply and subtract what floats get wrong", () => {
    expect(times("0.1", "0.2")).toBe("0.02");
    expect(times("12345678901234567890.5", "2")).toBe("24691357802469135781");
    expect(minus("0.3", "0.1")).toBe("0.2");
    expect(minus("64008.65", "64007.28")).toBe("1.37");
    expect(minus("0.1", "0.35")).toBe("-0.25");
  });

  it("are rounded half up for the eye, carrying where they must", () => {
    expect([rounded("3100.4089096", 2), rounded("0.005", 2), rounded("9.999", 2)]).toEqual([
      "3100.41",
      "0.01",
      "10",
    ]);
    expect(rounded("1.5", 4)).toBe("1.5");
    expect([rounded("-0.005", 2), rounded("-0.004", 2)]).toEqual(["-0.01", "0"]);
  });

  it("add and divide, cutting off what has no end", () => {
    expect([plus("0.1", "0.2"), plus("1", "-1"), plus("5", "0")]).toEqual(["0.3", "0", "5"]);
    expect([over("1", "3", 4), over("-1", "8", 3), over("6", "0.5", 0)]).toEqual(["0.3333", "-0.125", "12"]);
    expect(over("1", "0.00", 2)).toBeNull();
  });

  it("are ordered by value, what is none of them first", () => {
    expect(["10", "9.5", "", "-2"].sort(compared)).toEqual(["", "-2", "9.5", "10"]);
  });
});
