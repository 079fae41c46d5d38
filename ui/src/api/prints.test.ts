import { describe, expect, it } from "vitest";

import { printsMax, withPrints } from "./prints";
import type { Trade } from "./types";

const print = (id: number, at = `2026-01-02T03:04:05.${String(id).padStart(3, "0")}Z`): Trade => ({
  trade_id: `t${id}`,
  price: "100",
  quantity: "1",
  aggressor: "buy",
  at,
  sequence: String(id),
});
const ids = (trades: readonly Trade[]) => trades.map((each) => each.trade_id);

describe("prints", () => {
  it("stand newest first, each once, whether the stream or an answer told of them first", () => {
    const told = withPrints([print(3)], [print(4), print(3)]);
    expect(ids(withPrints(told, [print(2), print(4), print(1)]))).toEqual(["t4", "t3", "t2", "t1"]);
  });

  it("stand once that one telling repeats, also where none was known", () => {
    expect(ids(withPrints([], [print(2), print(2), print(1), print(2)]))).toEqual(["t2", "t1"]);
    expect(ids(withPrints([print(1)], [print(2), print(2)]))).toEqual(["t2", "t1"]);
    expect(ids(withPrints([print(1), print(1)], []))).toEqual(["t1"]);
  });

  it("of the same moment stand in the order of the venue, by value", () => {
    const same = "2026-01-02T03:04:05Z";
    expect(ids(withPrints([print(9, same)], [print(10, same)]))).toEqual(["t10", "t9"]);
  });

  it("are the same list when nothing new was told", () => {
    const known = [print(2), print(1)];
    expect(withPrints(known, [print(1)])).toBe(known);
  });

  it("are bounded, and the oldest go", () => {
    const many = Array.from({ length: printsMax + 5 }, (_, id) =>
      print(id, new Date(1_767_323_045_000 + id).toISOString()),
    );
    const kept = withPrints([], many);
    expect(kept).toHaveLength(printsMax);
    expect(kept[0]?.trade_id).toBe(`t${printsMax + 4}`);
  });
});
