// @vitest-environment jsdom

import { expect, it } from "vitest";

import { type Preview, toldOf } from "./preview";

const preview: Preview = {
  verdict: "ok",
  code: null,
  detail: "",
  figures: {},
  notional: "200",
  hold: { asset: "USDT", amount: "200.2" },
  fee: null,
  price_used: "100",
  price_at: null,
  after: { available: [] },
  limits: [],
  workings: [
    {
      name: "notional",
      value: "200",
      unit: "USDT",
      formula: "quantity × price_used",
      inputs: [
        { name: "quantity", value: "2", unit: "BTC" },
        { name: "price_used", value: "100", unit: "USDT" },
      ],
    },
  ],
};

it("hands on how the answer came by a figure", () => {
  expect(toldOf(preview, "notional", "Worth")).toMatchObject({
    title: "Worth",
    value: "200",
    unit: "USDT",
    formula: "quantity × price_used",
  });
});

it("has nothing to tell where the answer does not say", () => {
  expect(toldOf(preview, "hold", "Sets aside")).toBeUndefined();
});
