import { describe, expect, it } from "vitest";

import { labelRoom, leader, placesOf, type Wanting, withoutOverlap } from "./label-places";

const at = (...places: number[]): Wanting[] =>
  places.map((each, index) => ({ id: String(index), at: each, isHeld: false, isAskedFor: false }));
const held = (each: Wanting): Wanting => ({ ...each, isHeld: true });
const inOrder = (placed: Map<string, number>) => [...placed.values()];

describe("labels", () => {
  it("stand where they want when there is room", () => {
    expect(withoutOverlap([50, 100], 20, 200)).toEqual([50, 100]);
  });

  it("make room for each other and stay inside", () => {
    expect(withoutOverlap([50, 52, 54], 20, 200)).toEqual([50, 70, 90]);
    expect(withoutOverlap([-30, 500], 20, 200)).toEqual([10, 190]);
    expect(withoutOverlap([198, 199], 20, 200)).toEqual([170, 190]);
  });

  it("of lines out of sight are gathered at their edge, and leave room for the mark that tells of them", () => {
    const { placed, above, below } = placesOf(at(-400, -30, 5, 100, 196, 230), 20, 200);
    expect(above).toEqual(["0", "1"]);
    expect(below).toEqual(["5"]);
    expect(inOrder(placed)).toEqual([30, 100, 170]);
  });

  it("need no mark where all are in sight", () => {
    const { placed, above, below } = placesOf(at(0, 200), 20, 200);
    expect([above, below]).toEqual([[], []]);
    expect(inOrder(placed)).toEqual([10, 190]);
  });

  it("never lie on one another or on a mark, however many there are", () => {
    const many = at(...Array.from({ length: 60 }, (_, index) => 90 + index / 3));
    const { placed, above, below } = placesOf(many, 20, 200);
    const places = inOrder(placed);
    expect(placed.size + above.length + below.length).toBe(60);
    expect(placed.size).toBe(8);
    expect(Math.min(...places)).toBeGreaterThanOrEqual(30);
    expect(Math.max(...places)).toBeLessThanOrEqual(170);
    for (const [index, each] of places.entries())
      if (index) expect(each - (places[index - 1] ?? 0)).toBeGreaterThanOrEqual(20);
  });

  it("that were asked for stay where others go", () => {
    const many = at(...Array.from({ length: 12 }, () => 100));
    const first = new Set(placesOf(many, 20, 200).placed.keys());
    const asked = many.map((each) => ({ ...each, isAskedFor: !first.has(each.id) }));
    const second = new Set(placesOf(asked, 20, 200).placed.keys());
    expect(new Set([...first, ...second]).size).toBe(12);
  });

  it("stay in sight while somebody is at them", () => {
    const [far, near] = at(-400, 100) as [Wanting, Wanting];
    const { placed, above } = placesOf([held(far), near], 20, 200);
    expect(above).toEqual([]);
    expect(placed.get("0")).toBe(10);
  });
});

describe("the room of labels", () => {
  const lines = [
    { label: "Buy 0.05 limit", tag: "▲ 0.05" },
    { label: "Take profit of Buy 0.05 limit", tag: "TP 0.05" },
  ];

  it("holds whole labels where the chart is wide, and tags where they would hide candles", () => {
    expect(labelRoom(lines, 1_000)).toMatchObject({ areTags: false, widestPx: 208 });
    expect(labelRoom(lines, 345)).toMatchObject({ areTags: true, widestPx: 56 });
    expect(labelRoom(lines.slice(0, 1), 500).areTags).toBe(false);
  });

  it("is a fifth of a narrow chart at most, and nothing where there is no order", () => {
    expect(labelRoom([{ label: "Buy 0.0970641 limit", tag: "▲ 0.0970641" }], 253).widestPx).toBe(51);
    expect(labelRoom([], 345)).toMatchObject({ areTags: false, widestPx: 0 });
  });
});

describe("a leader", () => {
  it("ties a label to its line, and is not needed where they are level", () => {
    expect(leader(50, 51, 16)).toBe("");
    expect(leader(50, 80, 16)).toBe("M0 50.0H4L12 80.0H16");
  });
});
