import { describe, expect, it } from "vitest";

import { compared, plus, times } from "../../design/decimals";
import { blank, type Draft } from "./draft";
import { bitcoin } from "./example";
import { paidWith, sizeFor } from "./sizing";

const market = { bid: "50000", ask: "50000" };
const limit: Draft = { ...blank, price: "50000" };
const all = { available: "1000", share: "1", collar: "0.10" };

describe("a size by what is available", () => {
  it("is of the asset that the side pays with", () => {
    expect([paidWith("buy", bitcoin), paidWith("sell", bitcoin)]).toEqual(["USDT", "BTC"]);
  });

  it("leaves room for the fee", () => {
    const quantity = sizeFor(limit, bitcoin, market, all) ?? "0";
    expect(quantity).toBe("0.0199");
    expect(compared(times(times(quantity, "50000"), "1.001"), "1000")).toBe(-1);
    expect(compared(times(times(plus(quantity, "0.0001"), "50000"), "1.001"), "1000")).toBe(1);
  });

  it("spends all of it where the fee is taken out of what is bought", () => {
    expect(sizeFor(limit, { ...bitcoin, buy_fee_asset: "BTC" }, market, all)).toBe("0.02");
  });

  it("leaves room for a market that slips, as the server holds it", () => {
    expect(sizeFor({ ...limit, kind: "market" }, bitcoin, market, all)).toBe("0.0181");
    expect(sizeFor({ ...limit, kind: "market" }, bitcoin, market, { ...all, collar: null })).toBe("0.019");
  });

  it("takes the share of what can be sold, in whole lots", () => {
    const sell: Draft = { ...limit, side: "sell" };
    expect(sizeFor(sell, bitcoin, market, { available: "0.12345", share: "0.5", collar: null })).toBe(
      "0.0617",
    );
  });

  it("secures contracts by what is available times the leverage, either way", () => {
    const contract = {
      settle_asset: "USDT",
      inverse_size: null,
      max_leverage: "50",
      maintenance_rate: "0.005",
    };
    const perpetual = { ...bitcoin, contract };
    const short: Draft = { ...limit, side: "sell", isContract: true };
    expect(paidWith("sell", perpetual)).toBe("USDT");
    // 1000 / (50000 × (1/10 + 0.001)), in whole lots
    expect(sizeFor(short, perpetual, market, { ...all, leverage: "10" })).toBe("0.198");
    const coin = {
      ...bitcoin,
      lot_size: "1",
      contract: { ...contract, settle_asset: "BTC", inverse_size: "1" },
    };
    expect(sizeFor(short, coin, market, { ...all, available: "0.02", leverage: "10" })).toBe("9900");
  });

  it("spends in the quote asset what is there", () => {
    const inQuote: Draft = { ...limit, kind: "market", isInQuote: true };
    expect(sizeFor(inQuote, bitcoin, market, { ...all, share: "0.25" })).toBe("250");
    expect(sizeFor({ ...inQuote, side: "sell" }, bitcoin, market, { ...all, available: "0.01" })).toBe("450");
  });

  it("is not told before there is a price", () => {
    expect(sizeFor({ ...limit, price: "" }, bitcoin, { bid: null, ask: null }, all)).toBeNull();
  });
});
