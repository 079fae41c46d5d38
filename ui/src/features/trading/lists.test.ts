import { describe, expect, it } from "vitest";

import type { Fill } from "../../api/types";
import { orderLike } from "./example";
import { everything, fillsWithLive, withLive } from "./lists";

const at = (minute: number) => `2026-01-01T00:0${minute}:00Z`;
const old = orderLike({ order_id: "old", created_at: at(1) });
const listed = orderLike({ order_id: "listed", created_at: at(2) });

describe("the order history", () => {
  it("shows rows as the stream last told of them", () => {
    const filled = { ...listed, status: "filled" as const };
    expect(withLive([listed, old], [filled], everything)).toEqual([filled, old]);
  });

  it("puts what came since on top, and leaves what is on later pages there", () => {
    const fresh = orderLike({ order_id: "fresh", created_at: at(3) });
    const older = orderLike({ order_id: "older", created_at: at(0) });
    expect(withLive([listed], [fresh, older], everything).map((order) => order.order_id)).toEqual([
      "fresh",
      "listed",
    ]);
  });

  it("lets go of what does not pass its filter any more", () => {
    const cancelled = { ...listed, status: "cancelled" as const };
    expect(withLive([listed, old], [cancelled], { ...everything, status: "open" })).toEqual([old]);
    const sell = orderLike({ order_id: "sell", side: "sell", created_at: at(3) });
    expect(withLive([listed], [sell], { ...everything, side: "sell" })).toEqual([sell]);
    expect(withLive([listed], [], { ...everything, instrument: "ETH-USDT.SIM" })).toEqual([]);
  });
});

describe("fills", () => {
  const fill = (position: string) => ({ position }) as Fill;

  it("come on top as they happen, each once", () => {
    expect(fillsWithLive([fill("7"), fill("5")], [fill("9"), fill("7")])).toEqual([
      fill("9"),
      fill("7"),
      fill("5"),
    ]);
  });
});
