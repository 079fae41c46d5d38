import { describe, expect, it } from "vitest";

import { duration, Times } from "./times";
import { placeOf, zonesByContinent } from "./zones";

describe("an instant", () => {
  it("is told in UTC, and said to be", () => {
    expect(new Times("UTC").time("2026-11-20T14:03:22.118Z")).toBe("14:03:22Z");
    expect(new Times("UTC").time("2026-11-20T14:03:22.118Z", { withMs: true })).toMatch(/^14:03:22[.,]118Z$/);
  });
  it("is told in any zone, and how far from UTC that is where there is room", () => {
    const winter = new Times("America/New_York");
    expect(winter.time("2026-11-20T14:03:22.118Z")).toBe("09:03:22");
    expect(winter.full("2026-11-20T14:03:22.118Z")).toMatch(/ GMT-5$/);
    expect(new Times("America/New_York").full("2026-07-20T14:03:22.118Z")).toMatch(/10:03:22.*GMT-4$/);
  });

  it("is told in UTC where the browser does not know the zone", () => {
    expect(new Times("Moon/Tranquility").time("2026-11-20T14:03:22Z")).toBe("14:03:22");
  });

  it("may be told in every zone that the browser knows", () => {
    const zones = zonesByContinent("Antarctica/Elsewhere");
    expect([...zones.keys()]).toEqual(expect.arrayContaining(["Africa", "America", "Asia", "Europe"]));
    expect(zones.get("Europe")).toEqual(expect.arrayContaining(["Europe/Berlin", "Europe/Kyiv"]));
    expect(zones.get("Asia")).not.toContain("Asia/Calcutta");
    expect(zones.get("Antarctica")).toContain("Antarctica/Elsewhere");
    expect(["America/New_York", "America/Argentina/Salta"].map(placeOf)).toEqual([
      "New York",
      "Argentina, Salta",
    ]);
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
