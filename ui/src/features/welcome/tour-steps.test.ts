import { describe, expect, it } from "vitest";

import { cardPlace, steps } from "./tour-steps";

const card = { width: 320, height: 180 };

describe("the card of the tour", () => {
  it("stands beside what is tall", () => {
    const rail = { left: 8, top: 60, width: 160, height: 300 };
    expect(cardPlace(rail, card, { width: 1440, height: 900 })).toEqual({ left: 182, top: 60 });
  });
  it("stands below what is wide, inside the page", () => {
    const search = { left: 1200, top: 8, width: 224, height: 32 };
    expect(cardPlace(search, card, { width: 1440, height: 900 })).toEqual({ left: 1106, top: 54 });
  });
  it("stands above what is at the foot of a phone", () => {
    const bar = { left: 0, top: 788, width: 390, height: 56 };
    expect(cardPlace(bar, card, { width: 390, height: 844 })).toEqual({ left: 14, top: 594 });
  });
});

it("the tour has five steps", () => {
  expect(steps).toHaveLength(5);
});
