import { describe, expect, it } from "vitest";

import type { AssetValue } from "../../api/worth";
import { exposureOf, heldValue, weighted } from "./weights";

const item = (asset: string, total: string, price: string | null, value: string | null, held = "0") =>
  ({ asset, total, available: total, held, price, value, price_at: null, price_source: null }) as AssetValue;

const items = [
  item("BTC", "0.5", "50000", "25000", "0.1"),
  item("DOGE", "7", null, null),
  item("USDT", "75000", "1", "75000", "500"),
];

describe("weights", () => {
  it("are shares of equity, the largest first and the unknown last", () => {
    expect(weighted(items, "100000").map(({ asset, weight }) => [asset, weight])).toEqual([
      ["USDT", "0.75"],
      ["BTC", "0.25"],
      ["DOGE", null],
    ]);
  });
  it("are not told of nothing", () => {
    expect(weighted(items, "0")[0]?.weight).toBeNull();
  });
});

it("counts as exposure what is not the base asset", () => {
  const exposure = exposureOf(items, "USDT", "100000");
  expect(exposure).toMatchObject({ count: 2, value: "25000", share: "0.25" });
  expect(exposure.largest?.asset).toBe("BTC");
});

it("values what open orders set aside", () => {
  expect(heldValue(items)).toBe("5500");
});
