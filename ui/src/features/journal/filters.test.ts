import { beforeEach, expect, it } from "vitest";

import { builtIn, queryOf, sameSearch, searchOf } from "./filters";
import { useViews } from "./views";

beforeEach(() => {
  useViews.setState({ views: [] });
});

it("reads what an address asks for and leaves out what makes no sense", () => {
  expect(
    searchOf({
      stream: " account-1 ",
      type: "trading.OrderFilled,trading.OrderDenied",
      actor: "",
      correlation: 17,
      since: "2026-11-21T08:00:00+01:00",
      until: "yesterday",
      colour: "red",
    }),
  ).toEqual({
    stream: "account-1",
    type: "trading.OrderFilled,trading.OrderDenied",
    correlation: "17",
    since: "2026-11-21T07:00:00.000Z",
  });
  expect(searchOf({ type: "a,,b", actor: "x".repeat(201), stream: ["a"] })).toEqual({});
});

it("asks the server in its own words", () => {
  expect(queryOf({ type: "trading.OrderFilled", order: "o-1" })).toEqual({
    type: "trading.OrderFilled",
    order_id: "o-1",
  });
});

it("knows a filter again whatever its order", () => {
  expect(sameSearch({ actor: "a", stream: "s" }, { stream: "s", actor: "a" })).toBe(true);
  expect(sameSearch({ actor: "a" }, {})).toBe(false);
});

it("gives everybody views that the address can hold", () => {
  for (const { search } of builtIn) expect(searchOf({ ...search })).toEqual(search);
});

it("keeps a named view, once per name, and drops it", () => {
  const { keep, drop } = useViews.getState();
  keep(" Mine ", { actor: "user:1" });
  keep("Mine", { actor: "user:2" });
  keep("  ", {});
  expect(useViews.getState().views).toEqual([{ name: "Mine", search: { actor: "user:2" } }]);
  drop("Mine");
  expect(useViews.getState().views).toEqual([]);
});
