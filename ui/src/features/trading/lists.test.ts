import { describe, expect, it } from "vitest";

import { rowsMax } from "../../api/rows";
import type { Fill, Order } from "../../api/types";
import { orderLike } from "./example";
import { areFillsBehind, everything, fillsWithLive, isBehind, withLive } from "./lists";

const at = (minute: number) => `2026-01-01T00:0${minute}:00Z`;
const old = orderLike({ order_id: "old", created_at: at(1) });
const listed = orderLike({ order_id: "listed", created_at: at(2) });

describe("the order history", () => {
  it("shows rows as the stream last told of them", () => {
    const filled = { ...listed, status: "filled" as const };
    expect(withLive([listed, old], [filled], everything, true)).toEqual([filled, old]);
  });

  it("puts what came since on top, and leaves what is on later pages there", () => {
    const fresh = orderLike({ order_id: "fresh", created_at: at(3) });
    const older = orderLike({ order_id: "older", created_at: at(0) });
    expect(withLive([listed], [fresh, older], everything, false).map((order) => order.order_id)).toEqual([
      "fresh",
      "listed",
    ]);
  });

  it("lets go of what does not pass its filter any more", () => {
    const cancelled = { ...listed, status: "cancelled" as const };
    expect(withLive([listed, old], [cancelled], { ...everything, status: "open" }, true)).toEqual([old]);
    const sell = orderLike({ order_id: "sell", side: "sell", created_at: at(3) });
    expect(withLive([listed], [sell], { ...everything, side: "sell" }, true)).toEqual([sell]);
    expect(withLive([listed], [], { ...everything, instrument: "ETH-USDT.SIM" }, true)).toEqual([]);
  });

  it("takes in what begins to pass, in its place: an older order that fills now", () => {
    const open = orderLike({ order_id: "open", created_at: at(1), status: "filled" });
    const [first, last] = [at(2), at(0)].map((created_at) =>
      orderLike({ order_id: created_at, created_at, status: "filled" }),
    ) as [Order, Order];
    const filled = { ...everything, status: "filled" as const };
    expect(withLive([first, last], [open], filled, false)).toEqual([first, open, last]);
    expect(withLive([first], [open], filled, false)).toEqual([first]);
    expect(withLive([first], [open], filled, true)).toEqual([first, open]);
    expect(withLive([], [open], filled, true)).toEqual([open]);
  });

  it("knows a whole second for older than what came in it", () => {
    const whole = orderLike({ order_id: "whole", created_at: "2026-01-01T00:00:01Z" });
    const later = orderLike({ order_id: "later", created_at: "2026-01-01T00:00:01.5Z" });
    expect(withLive([whole], [later], everything, false)).toEqual([later, whole]);
  });
});

describe("a list of the server", () => {
  const many = Array.from({ length: rowsMax }, (_, n) =>
    orderLike({ order_id: `o${n}`, created_at: at(3), status: "filled" }),
  );

  it("is asked for again where the stream has dropped what it shows as open", () => {
    expect(isBehind([old], [old])).toBe(false);
    expect(isBehind([old], many.slice(1))).toBe(true);
    expect(isBehind([{ ...old, status: "filled" }], many.slice(1))).toBe(false);
  });

  it("is asked for again where there may be more between it and what the stream keeps", () => {
    const over = { ...old, status: "filled" as const };
    expect(isBehind([over], many)).toBe(true);
    expect(isBehind([over], [...many, over])).toBe(false);
    expect(isBehind([], many)).toBe(false);
    const fills = Array.from({ length: rowsMax }, (_, n) => ({ position: String(900 - n) }) as Fill);
    expect(areFillsBehind([{ position: "300" } as Fill], fills)).toBe(true);
    expect(areFillsBehind([{ position: "401" } as Fill], fills)).toBe(false);
    expect(areFillsBehind([{ position: "300" } as Fill], fills.slice(1))).toBe(false);
  });
});

describe("fills", () => {
  const fill = (position: string, adopts: string | null = null) => ({ position, adopts }) as Fill;

  it("that were adopted since are listed once, as what they became", () => {
    expect(fillsWithLive([fill("5"), fill("4")], [fill("9", "5")])).toEqual([fill("9", "5"), fill("4")]);
  });

  it("come on top as they happen, each once", () => {
    expect(fillsWithLive([fill("7"), fill("5")], [fill("9"), fill("7")])).toEqual([
      fill("9"),
      fill("7"),
      fill("5"),
    ]);
  });
});
