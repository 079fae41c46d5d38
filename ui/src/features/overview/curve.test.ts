import { describe, expect, it } from "vitest";

import {
  instantsBetween,
  labelsThatDiffer,
  nearest,
  type Place,
  placesOf,
  pnlPlacesOf,
  scaleOf,
} from "./curve";

const at = (minute: number) => `2026-11-20T10:${String(minute).padStart(2, "0")}:00Z`;
const point = (minute: number, equity: string) => ({ at: at(minute), position: String(minute), equity });
const valuesOf = (places: Place[]) => places.map((place) => place.value);

describe("the line", () => {
  it("begins where the range opened and ends with what the account is worth now", () => {
    const places = placesOf({ points: [point(10, "110")], flows: [], opening: "100" }, at(0), {
      at: at(20),
      equity: "120",
    });
    expect(valuesOf(places)).toEqual(["100", "110", "120"]);
    expect(places.map((place) => place.position)).toEqual([null, "10", null]);
  });
  it("begins with the first deposit where the account is younger than the range", () => {
    const flows = [{ position: "10", kind: "deposit" as const, value: "100" }];
    const places = placesOf({ points: [point(10, "100")], flows, opening: "0" }, at(0), null);
    expect(valuesOf(places)).toEqual(["100"]);
  });
  it("goes straight up with a deposit and straight down with a withdrawal", () => {
    const flows = [
      { position: "10", kind: "deposit" as const, value: "50" },
      { position: "20", kind: "withdrawal" as const, value: "30" },
    ];
    const points = [point(5, "100"), point(10, "150"), point(20, "118")];
    const places = placesOf({ points, flows, opening: "0" }, null, null);
    expect(valuesOf(places)).toEqual(["100", "100", "150", "148", "118"]);
    expect(places[1]?.at).toBe(places[2]?.at);
  });
  it("ends with what the account is worth where the last mark is of the same time", () => {
    const ends = (equity: string) =>
      placesOf({ points: [point(10, "100")], flows: [], opening: "0" }, null, { at: at(10), equity });
    expect(valuesOf(ends("98"))).toEqual(["100", "98"]);
    expect(ends("100")).toHaveLength(1);
  });
  it("does not go back in time to what the account is worth", () => {
    const now = { at: at(5), equity: "90" };
    expect(placesOf({ points: [point(10, "100")], flows: [], opening: "0" }, null, now)).toHaveLength(1);
  });
});

describe("the line of profit and loss", () => {
  it("begins at zero and is not moved by money from outside", () => {
    const flows = [
      { position: "10", kind: "deposit" as const, value: "50" },
      { position: "20", kind: "withdrawal" as const, value: "30" },
    ];
    const points = [point(5, "101.5"), point(10, "151.5"), point(20, "118")];
    const places = pnlPlacesOf({ points, flows, opening: "100" }, at(0), { at: at(30), equity: "119" });
    expect(valuesOf(places)).toEqual(["0", "1.5", "1.5", "-2", "-1"]);
    expect(places.map((place) => place.position)).toEqual([null, "5", "10", "20", null]);
  });
  it("counts what moved between two points, and after the last of them", () => {
    const flows = [
      { position: "7", kind: "deposit" as const, value: "50" },
      { position: "25", kind: "deposit" as const, value: "10" },
    ];
    const points = [point(5, "100"), point(20, "152")];
    const places = pnlPlacesOf({ points, flows, opening: "100" }, null, { at: at(30), equity: "161" });
    expect(valuesOf(places)).toEqual(["0", "2", "1"]);
  });
  it("begins with the first deposit of an account without an earlier day", () => {
    const flows = [{ position: "10", kind: "deposit" as const, value: "100" }];
    expect(valuesOf(pnlPlacesOf({ points: [point(10, "100")], flows, opening: "0" }, null, null))).toEqual([
      "0",
    ]);
  });
});

describe("the scale", () => {
  it("has round ticks inside, and air", () => {
    const scale = scaleOf([93_000, 100_600]);
    expect(scale.ticks).toEqual([94_000, 96_000, 98_000, 100_000]);
    expect(scale.low).toBeLessThan(93_000);
    expect(scale.of(scale.low)).toBe(0);
    expect(scale.of(scale.high)).toBe(1);
  });
  it("says how many decimals its ticks have", () => {
    expect(scaleOf([93_000, 100_600]).decimals).toBe(0);
    expect(scaleOf([99_998.4, 99_998.6]).decimals).toBe(2);
    expect(scaleOf([0.1, 0.9]).decimals).toBe(1);
  });
  it("holds a line that does not move", () => {
    const scale = scaleOf([100, 100]);
    expect(scale.of(100)).toBeCloseTo(0.5);
    expect(scale.ticks.length).toBeGreaterThan(0);
  });
});

describe("the crosshair", () => {
  const places = [0, 10, 20].map((ms) => ({ at: ms, value: "1", position: null }));
  it("reads the nearest place", () => {
    expect([-5, 4, 6, 14, 16, 99].map((ms) => nearest(places, ms))).toEqual([0, 0, 1, 1, 2, 2]);
  });
});

it("divides a span evenly", () => {
  expect(instantsBetween(0, 40, 4)).toEqual([10, 20, 30]);
});

describe("the labels of the time axis", () => {
  it("are left out where they would say the same again", () => {
    const labels = (label: (at: string) => string) =>
      labelsThatDiffer(0, 6_000, 6, label).map((each) => each.label);
    expect(labels(() => "10:00:00Z")).toEqual(["10:00:00Z"]);
    expect(labels((at) => at.slice(17, 19))).toEqual(["01", "02", "03", "04", "05"]);
  });
});
