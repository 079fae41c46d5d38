import { describe, expect, it } from "vitest";

import { sparkPath, thinned } from "./spark-path";

describe("a sparkline", () => {
  it("goes from edge to edge, its highest at the top and its lowest at the bottom", () => {
    expect(sparkPath([1, 3, 2], 40, 10)).toBe("M0.0 10.0L20.0 0.0L40.0 5.0");
  });

  it("is a line in the middle where nothing moved", () => {
    expect(sparkPath([5, 5], 40, 10)).toBe("M0.0 5.0L40.0 5.0");
  });

  it("is nothing before there are two values", () => {
    expect(sparkPath([5], 40, 10)).toBe("");
    expect(sparkPath([], 40, 10)).toBe("");
  });

  it("keeps its ends when it is thinned", () => {
    const many = Array.from({ length: 97 }, (_, each) => each);
    const few = thinned(many, 25);
    expect(few).toHaveLength(25);
    expect([few[0], few.at(-1)]).toEqual([0, 96]);
    expect(thinned([1, 2], 25)).toEqual([1, 2]);
  });
});
