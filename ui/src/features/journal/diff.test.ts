import { expect, it } from "vitest";

import { differences, leaves } from "./diff";

it("tells nothing of what stayed", () => {
  const state = { state: "active", balances: [{ asset: "BTC", total: "1" }], equity: null };
  expect(differences(state, structuredClone(state))).toEqual([]);
});

it("tells what changed, by its path", () => {
  expect(
    differences({ limits: { drawdown: "0.2", age: 30 } }, { limits: { drawdown: "0.1", age: 30 } }),
  ).toEqual([{ path: ["limits", "drawdown"], kind: "changed", before: "0.2", after: "0.1" }]);
});

it("matches entries of a list by what names them, wherever they stand", () => {
  const before = [
    { asset: "BTC", total: "1" },
    { asset: "USDT", total: "9" },
  ];
  const after = [
    { asset: "AAA", total: "5" },
    { asset: "BTC", total: "1" },
    { asset: "USDT", total: "8" },
  ];
  expect(differences({ balances: before }, { balances: after })).toEqual([
    { path: ["balances", "USDT", "total"], kind: "changed", before: "9", after: "8" },
    { path: ["balances", "AAA"], kind: "added", after: { asset: "AAA", total: "5" } },
  ]);
});

it("tells what went as one removal, and null as nothing", () => {
  const order = { order_id: "o-1", price: "5" };
  expect(differences({ open_orders: [order] }, { open_orders: [] })).toEqual([
    { path: ["open_orders", "o-1"], kind: "removed", before: order },
  ]);
  expect(differences({ hold: null }, { hold: { asset: "BTC" } })).toEqual([
    { path: ["hold"], kind: "added", after: { asset: "BTC" } },
  ]);
  expect(differences({ hold: null }, {})).toEqual([]);
});

it("compares plain lists by place", () => {
  expect(differences({ tags: ["a", "b"] }, { tags: ["a", "c", "d"] })).toEqual([
    { path: ["tags", "1"], kind: "changed", before: "b", after: "c" },
    { path: ["tags", "2"], kind: "added", after: "d" },
  ]);
});

it("lists the values of what was added", () => {
  expect(
    leaves({ asset: "BTC", empty: null, leg: { price: "5" }, fees: [{ asset: "USDT", amount: "1" }] }),
  ).toEqual([
    { path: ["asset"], value: "BTC" },
    { path: ["leg", "price"], value: "5" },
    { path: ["fees", "USDT", "asset"], value: "USDT" },
    { path: ["fees", "USDT", "amount"], value: "1" },
  ]);
});
