import { describe, expect, it } from "vitest";

import { rowAfter } from "./roving";

describe("the arrow keys", () => {
  it("lead from row to row and stay at the ends", () => {
    expect(rowAfter("ArrowDown", 0, 3)).toBe(1);
    expect(rowAfter("ArrowDown", 2, 3)).toBe(2);
    expect(rowAfter("ArrowUp", 0, 3)).toBe(0);
    expect(rowAfter("End", 0, 3)).toBe(2);
    expect(rowAfter("Home", 2, 3)).toBe(0);
  });

  it("lead nowhere where there are no rows, and other keys do not either", () => {
    expect(rowAfter("ArrowDown", 0, 0)).toBeNull();
    expect(rowAfter("a", 0, 3)).toBeNull();
  });
});
