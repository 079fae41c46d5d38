import { describe, expect, it } from "vitest";

import type { Order } from "../../api/types";
import { type Draft, holds } from "./drafts";
import type { OrderLine } from "./order-lines";

const line = (price: string, updatedAt: string, status: Order["status"] = "accepted"): OrderLine => ({
  id: "o price",
  unit: "o",
  order: { updated_at: updatedAt, status } as Order,
  price,
  side: "buy",
  label: "Buy 1 limit",
  tag: "▲ 1",
  isTrigger: false,
  field: "price",
});
const draft = (isSent: boolean): Draft => ({ price: "101", isSent, of: "1" });

describe("a line that was moved", () => {
  it("stays where it was put until the order says something else", () => {
    expect(holds(draft(false), line("100", "1"))).toBe(true);
    expect(holds(draft(true), line("100", "1"))).toBe(true);
    expect(holds(draft(false), line("99", "2"))).toBe(false);
    expect(holds(undefined, line("100", "1"))).toBe(false);
  });

  it("waits while the venue is asked to replace the order", () => {
    expect(holds(draft(true), line("100", "2", "pending_replace"))).toBe(true);
  });

  it("has arrived when the order has its price, however that is written", () => {
    expect(holds(draft(true), line("101.00", "1"))).toBe(false);
  });
});
