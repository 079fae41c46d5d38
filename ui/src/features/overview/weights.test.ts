import { describe, expect, it } from "vitest";

import type { AssetValue, ContractValue, Valuation } from "../../api/worth";
import { exposureOf, heldValue, weighted } from "./weights";

const item = (asset: string, total: string, price: string | null, value: string | null, held = "0") =>
  ({ asset, total, available: total, held, price, value, price_at: null, price_source: null }) as AssetValue;

const items = [
  item("BTC", "0.5", "50000", "25000", "0.1"),
  item("DOGE", "7", null, null),
  item("USDT", "75000", "1", "75000", "500"),
];

const worth = (contracts: ContractValue[]) =>
  ({ items, contracts, base_asset: "USDT", equity: "100000" }) as Valuation;

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
  const exposure = exposureOf(worth([]));
  expect(exposure).toMatchObject({ count: 2, value: "25000", share: "0.25" });
  expect(exposure.largest).toMatchObject({ name: "BTC", share: "0.25" });
});

it("counts contracts as exposure whichever way they are held", () => {
  const short = { instrument: "BTC-USDT-PERP.SIM", position_side: "short", base_value: "50000" };
  const exposure = exposureOf(worth([short as ContractValue]));
  expect(exposure).toMatchObject({ count: 3, value: "75000", share: "0.75" });
  expect(exposure.largest).toMatchObject({ name: "BTC-USDT-PERP.SIM:short", share: "0.5" });
});

it("values what open orders set aside", () => {
  expect(heldValue(items)).toBe("5500");
});
