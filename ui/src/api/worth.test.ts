// @vitest-environment jsdom

import { describe, expect, it } from "vitest";

import { dayPnl, decimalsShown, drawdownOf } from "./worth";

const standing = {
  equity: { day: "2026-11-21", day_open: "1000", equity: "1000", peak: "1250", drawdown: "0.2" },
};

describe("the day", () => {
  it("is measured from what it opened with", () => {
    expect(dayPnl("1015.5", standing)).toEqual({ amount: "15.5", share: "0.0155" });
    expect(dayPnl("990", standing)).toEqual({ amount: "-10", share: "-0.01" });
  });
  it("has no percentage of nothing", () => {
    expect(dayPnl("5", { equity: { ...standing.equity, day_open: "0" } })).toEqual({
      amount: "5",
      share: null,
    });
  });
  it("is not told before the account was marked", () => {
    expect(dayPnl("5", { equity: null })).toBeNull();
    expect(dayPnl("5", undefined)).toBeNull();
  });
});

describe("the drawdown", () => {
  it("is the fall from the peak", () => {
    expect(drawdownOf("1000", standing)).toBe("0.2");
  });
  it("is nothing above the peak", () => {
    expect(drawdownOf("1300", standing)).toBe("0");
  });
});

it("shows money in dollars with cents, and coins with more", () => {
  expect(decimalsShown("USDT")).toBe(2);
  expect(decimalsShown("BTC")).toBe(6);
});
