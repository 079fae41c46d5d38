// @vitest-environment jsdom

import { describe, expect, it } from "vitest";

import { isStale, later } from "./quotes";

const quote = { bid: "1", ask: "2", at: "2026-01-02T03:04:05Z", heardAt: 1_000_000 };

describe("a quote", () => {
  it("is stale when the feed is silent, and at once when the page is cut off", () => {
    expect(isStale(quote, 1_000_000 + 30_000, true)).toBe(false);
    expect(isStale(quote, 1_000_000 + 30_001, true)).toBe(true);
    expect(isStale(quote, 1_000_000, false)).toBe(true);
  });

  it("is not replaced by an older answer that came later", () => {
    const newer = { ...quote, at: "2026-01-02T03:04:05.5Z" };
    expect(later(quote, newer)).toBe(newer);
    expect(later(newer, quote)).toBe(newer);
    expect(later(quote, undefined)).toBe(quote);
  });
});
