// @vitest-environment jsdom

import { describe, expect, it } from "vitest";

import { patienceMs, quietMs, Silence } from "./feed-notices";

describe("a feed that falls silent", () => {
  it("is told of once, and not before a reconnected page had time to hear it", () => {
    const silence = new Silence();
    const told = [0, patienceMs - 1, patienceMs, patienceMs + 1_000, quietMs * 3].map((at) =>
      silence.isNews(true, at),
    );
    expect(told).toEqual([false, false, true, false, false]);
  });

  it("is told of again when it spoke meanwhile, but not over and over", () => {
    const silence = new Silence();
    silence.isNews(true, 0);
    expect(silence.isNews(true, patienceMs)).toBe(true);
    silence.isNews(false, 10_000);
    silence.isNews(true, 20_000);
    expect(silence.isNews(true, 60_000)).toBe(false);
    silence.isNews(false, quietMs);
    silence.isNews(true, quietMs * 2);
    expect(silence.isNews(true, quietMs * 2 + patienceMs)).toBe(true);
  });

  it("is not told of while it speaks", () => {
    const silence = new Silence();
    expect([0, 10_000, 20_000].map((at) => silence.isNews(false, at))).toEqual([false, false, false]);
  });
});
