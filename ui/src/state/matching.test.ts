import { describe, expect, it } from "vitest";

import { fit } from "./matching";

describe("what was typed", () => {
  it("fits the beginnings of words in any order", () => {
    expect(fit("Go to Journal", "jour go")).toBeGreaterThan(0);
    expect(fit("BTC/USDT", "usdt")).toBeGreaterThan(0);
  });
  it("does not fit the middle of a word", () => {
    expect(fit("Overview", "view")).toBe(0);
  });
  it("fits better the earlier its word stands", () => {
    expect(fit("Risk limits", "risk")).toBeGreaterThan(fit("Open risk", "risk"));
  });
  it("fits everything when nothing was typed", () => {
    expect(fit("Trade", " ")).toBe(1);
  });
});
