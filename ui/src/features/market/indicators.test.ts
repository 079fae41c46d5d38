import { describe, expect, it } from "vitest";

import { type Bar, bollinger, ema, rsi, sma, vwap } from "./indicators";

const bar = (time: number, price: number, volume: number): Bar => ({
  time,
  open: price,
  high: price + 1,
  low: price - 1,
  close: price,
  volume,
});

// Its strength below was computed apart from this code, in decimals, as 100 − 100 / (1 + mean gain / mean loss).
const worksheet = [
  44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826, 45.8931, 46.0328,
  45.614, 46.282, 46.282, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439,
];

describe("indicators", () => {
  it("are nothing until there is enough behind them", () => {
    expect(sma([1, 2], 3)).toEqual([null, null]);
    expect(ema([], 3)).toEqual([]);
    expect(rsi([1, 2, 3], 3)).toEqual([null, null, null]);
    expect(bollinger([1], 2, 2).upper).toEqual([null]);
  });

  it("take the mean of the last values", () => {
    expect(sma([1, 2, 3, 4, 8], 3)).toEqual([null, null, 2, 3, 5]);
  });

  it("weight what is newer more, beginning with a plain mean", () => {
    expect(ema([1, 2, 3, 5, 9], 3)).toEqual([null, null, 2, 3.5, 6.25]);
  });

  it("put bands of standard deviations around the mean", () => {
    const { middle, upper, lower } = bollinger([2, 4, 4, 4, 5, 5, 7, 9], 8, 2);
    expect([middle.at(-1), upper.at(-1), lower.at(-1)]).toEqual([5, 9, 1]);
    expect(bollinger([3, 3, 3], 3, 2).upper.at(-1)).toBe(3);
  });

  it("weight prices with volume and begin anew each day", () => {
    const day = 86_400;
    expect(vwap([bar(0, 100, 1), bar(60, 200, 3), bar(day, 50, 2)])).toEqual([100, 175, 50]);
    expect(vwap([bar(0, 100, 0)])).toEqual([null]);
  });

  it("tell strength as Wilder does", () => {
    const index = rsi(worksheet, 14);
    expect(index[13]).toBeNull();
    expect(index.slice(14).map((each) => each?.toFixed(2))).toEqual([
      "70.53",
      "66.32",
      "66.55",
      "69.41",
      "66.36",
      "57.97",
    ]);
  });

  it("tell strength at the ends and where nothing moved", () => {
    expect(rsi([1, 2, 3, 4], 3).at(-1)).toBe(100);
    expect(rsi([4, 3, 2, 1], 3).at(-1)).toBe(0);
    expect(rsi([2, 2, 2, 2], 3).at(-1)).toBe(50);
  });
});
