import { describe, expect, it } from "vitest";

import { limitText } from "../../api/denials";
import { differing, fieldText, fullness, presets, typedLimit } from "./limit-words";

describe("a limit", () => {
  it("is written in its unit", () => {
    expect(limitText("0.05", "percent", "USDT")).toBe("5.00\u2009%");
    expect(limitText("50000", "money", "USDT")).toBe("50\u2009000 USDT");
    expect(limitText(30, "seconds", "USDT")).toBe("30 s");
    expect(limitText(null, "money", "USDT")).toBe("off");
  });
  it("that is a percentage is typed as one, and sent as a fraction, exactly", () => {
    expect(fieldText("0.075", "percent")).toBe("7.5");
    expect(typedLimit("7.5", "percent")).toEqual({ value: "0.075" });
    expect(typedLimit("100", "percent")).toEqual({ value: "1" });
    expect(typedLimit("101", "percent").problem).toMatch(/no limit/);
  });
  it("that counts is a whole number", () => {
    expect(typedLimit("1 000", "count")).toEqual({ value: 1000 });
    expect(typedLimit("1.5", "count").problem).toMatch(/whole number/);
    expect(typedLimit("86401", "seconds").problem).toMatch(/86/);
  });
  it("is positive", () => {
    expect(typedLimit("0", "money").problem).toMatch(/positive/);
    expect(typedLimit("-5", "money").problem).toMatch(/positive/);
  });
});

it("a bar warns before it is full", () => {
  expect(fullness("0.5")).toEqual({ part: 0.5, tone: "calm" });
  expect(fullness("0.8").tone).toBe("attention");
  expect(fullness("1.4")).toEqual({ part: 1, tone: "loss" });
  expect(fullness(null).part).toBe(0);
});

describe("presets", () => {
  it("differ by value, not by how a figure is written", () => {
    expect(differing({ ...presets.default, price_collar: "0.10" }, presets.default)).toEqual([]);
  });
  it("say which limits they would change", () => {
    expect(differing(presets.default, presets.careful)).toEqual([
      "max_position_notional",
      "max_order_notional",
      "price_collar",
    ]);
  });
});
