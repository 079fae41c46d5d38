import { describe, expect, it } from "vitest";

import { duration, Times } from "./times";

describe("an instant", () => {
  it("is told in UTC, and said to be", () => {
    expect(new Times("UTC").time("2026-11-20T14:03:22.118Z")).toBe("14:03:22Z");
    expect(new Times("UTC").time("2026-11-20T14:03:22.118Z", { withMs: true })).toMatch(/^14:03:22[.,]118Z$/);
  });
  it("lies so long ago in words", () => {
    expect([500, 119_000, 120_000, 7_200_000, 200_000_000].map(duration)).toEqual([
      "0 s",
      "119 s",
      "2 min",
      "2 h",
      "2 d",
    ]);
  });
});
