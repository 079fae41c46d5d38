import { describe, expect, it } from "vitest";

import type { Position } from "../../api/types";
import { isFlat, markOf, unrealised } from "./profit";

const long: Position = {
  account_id: "a1",
  instrument: "BTC-USDT.SIM",
  quantity: "0.03",
  average_entry_price: "60000",
  cost: "1800",
  realised_pnl: "0",
  position_side: "net",
  settle_asset: null,
  margin: null,
};

describe("an open position", () => {
  it("is marked in the middle of the market", () => {
    expect(markOf({ bid: "64000.01", ask: "64000.02" })).toBe("64000.015");
    expect(markOf({ bid: null, ask: "64000" })).toBeNull();
  });

  it("has won what it is worth above its cost, to the last digit", () => {
    expect(unrealised(long, "64000.015")).toEqual({ pnl: "120.00045", share: "0.066666" });
    expect(unrealised(long, "59000").pnl).toBe("-30");
  });

  it("has won, short, what it was sold for above its worth", () => {
    const short = { ...long, quantity: "-0.03" };
    expect(unrealised(short, "59000").pnl).toBe("30");
    expect(unrealised(short, "61000").pnl).toBe("-30");
  });

  it("has no share of nothing, and is flat at zero", () => {
    const flat = { ...long, quantity: "0", cost: "0" };
    expect(unrealised(flat, "60000").share).toBeNull();
    expect([isFlat(flat), isFlat(long)]).toEqual([true, false]);
  });

  it("gains in the coin where the contract is inverse, as its value there shrinks", () => {
    const contract = {
      settle_asset: "BTC",
      inverse_size: "1",
      max_leverage: "50",
      maintenance_rate: "0.005",
    };
    const open = { ...long, quantity: "10000", cost: "0.2", settle_asset: "BTC", margin: "0.2" };
    expect(unrealised(open, "62500", contract)).toEqual({ pnl: "0.04", share: "0.2" });
    expect(unrealised({ ...open, quantity: "-10000" }, "62500", contract).pnl).toBe("-0.04");
  });
});
