import { describe, expect, it } from "vitest";

import { blank, changed, changeDraft, summonTicket, takePrice, useDrafts, withPrice } from "./draft";

describe("a draft", () => {
  it("falls back to a lifetime that its kind of order can have", () => {
    const draft = { ...blank, timeInForce: "ioc" as const };
    expect(changed(draft, { kind: "stop" }).timeInForce).toBe("gtc");
    expect(changed(draft, { kind: "market" }).timeInForce).toBe("ioc");
  });

  it("does not take an amount of one asset for one of the other", () => {
    const draft = { ...blank, kind: "market" as const, quantity: "0.5" };
    const inQuote = changed(draft, { isInQuote: true });
    expect(inQuote.quantity).toBe("");
    expect(changed({ ...inQuote, quantity: "100" }, { kind: "limit" })).toMatchObject({
      isInQuote: false,
      quantity: "",
    });
  });

  it("does not take another order's price for a limit that need not be", () => {
    const draft = { ...blank, price: "50000" };
    expect(changed(draft, { kind: "stop_limit" }).price).toBe("50000");
    const profit = changed(draft, { kind: "take_profit" });
    expect(profit.price).toBe("");
    const limited = changed(changed(profit, { price: "70000" }), { kind: "limit" });
    expect(limited.price).toBe("50000");
    expect(changed(limited, { kind: "take_profit" }).price).toBe("70000");
    expect(changed(profit, { kind: "limit", price: "5" }).price).toBe("5");
  });

  it("takes a price that was pointed at where its kind needs one", () => {
    expect(withPrice(blank, "5").price).toBe("5");
    expect(withPrice({ ...blank, kind: "market" }, "5")).toMatchObject({ kind: "limit", price: "5" });
    expect(withPrice({ ...blank, kind: "stop" }, "5").stopPrice).toBe("5");
    const stop = withPrice({ ...blank, kind: "stop_limit" }, "5");
    expect(stop.stopPrice).toBe("5");
    expect(withPrice(stop, "6")).toMatchObject({ stopPrice: "5", price: "6" });
  });

  it("is kept for each instrument", () => {
    changeDraft("BTC", { quantity: "1" });
    takePrice("ETH", "3000");
    summonTicket("ETH", "sell");
    const { drafts, summoned } = useDrafts.getState();
    expect(drafts["BTC"]).toEqual({ ...blank, quantity: "1" });
    expect(drafts["ETH"]).toEqual({ ...blank, price: "3000", side: "sell" });
    expect(summoned).toBe("ETH");
  });
});
