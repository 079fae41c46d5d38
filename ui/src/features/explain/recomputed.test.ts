import { expect, it } from "vitest";

import { agrees, decimalShown, formulaParts, isOfNow, isPriced, summed, titleOf } from "./recomputed";

it("reads figures as pages write them", () => {
  expect(decimalShown("−1\u2009234.50")).toBe("-1234.50");
  expect(decimalShown("+0.5")).toBe("0.5");
  expect(decimalShown("1.53\u2009%")).toBe("1.53");
  expect(decimalShown("▼ −42.34 (−0.05\u2009%)")).toBe("-42.34");
  expect(decimalShown("57\u2009912.64 USDT")).toBe("57912.64");
  expect([decimalShown("–"), decimalShown(""), decimalShown("buy 0.5 limit")]).toEqual([null, null, null]);
});

it("agrees to as many decimals as the page gave", () => {
  expect(agrees("99\u2009999.38", "99999.3788874")).toBe(true);
  expect(agrees("99\u2009999.37", "99999.3788874")).toBe(true);
  expect(agrees("100\u2009000", "100000")).toBe(true);
  expect(agrees("0.50", "0.5")).toBe(true);
  expect(agrees("99\u2009999.36", "99999.3788874")).toBe(false);
  expect(agrees("100", "101")).toBe(false);
  expect(agrees("−0.5", "0.5")).toBe(false);
  expect(agrees("1.53\u2009%", "0.015349")).toBe(true);
  expect(agrees("1.53\u2009%", "0.0175")).toBe(false);
  expect(agrees("▼ −42.34 (−0.05\u2009%)", "-42.34029286")).toBe(true);
  expect(agrees("unknown", "5")).toBeNull();
});

it("knows what moves with prices and what is told for now only", () => {
  expect(
    [
      "valuation:a:BTC",
      "range:a::pnl",
      "total:USDT:equity",
      "position:a:X:mark_price",
      "position:a:X:short:liquidation_price",
      "limit:a:max_position_notional:X",
    ].every(isPriced),
  ).toBe(true);
  expect(
    ["balance:a:BTC:total", "position:a:X:cost", "fill:a:1:fee", "range:a::opening", "limit:a:drawdown"].some(
      isPriced,
    ),
  ).toBe(false);
  expect([isOfNow("limit:a:drawdown"), isOfNow("equity:a:drawdown")]).toEqual([true, false]);
});

it("takes a formula apart without losing any of it", () => {
  const formula =
    "(peak - equity) / peak to 28 digits; none at 0. equity: the sum, 1.5 of it. peak: the highest";
  expect(formulaParts(formula)).toEqual([
    "(peak - equity) / peak to 28 digits; none at 0. ",
    "equity: the sum, 1.5 of it. ",
    "peak: the highest",
  ]);
  expect(formulaParts(formula).join("")).toBe(formula);
  expect(formulaParts("the sum of its postings")).toEqual(["the sum of its postings"]);
});

it("sums exactly", () => {
  expect(summed(["0.1", "0.2", "-0.3"])).toBe("0");
  expect(summed(["100000", "-704.71787386", "64.0777"])).toBe("99359.35982614");
  expect(summed([])).toBe("0");
});

it("tells what a figure is of", () => {
  expect(titleOf("balance:a:USDT:available")).toBe("Available, USDT");
  expect(titleOf("position:a:BTC-USDT.SIM:average_entry_price")).toBe("Average entry price, BTC/USDT");
  expect(titleOf("equity:a:day_pnl")).toBe("P&L today");
  expect(titleOf("valuation:a:BTC")).toBe("Value of BTC");
  expect(titleOf("valuation:a:BTC:weight")).toBe("Weight of BTC");
  expect(titleOf("position:a:BTC-USDT.SIM:unrealised_pnl")).toBe("Unrealised P&L, BTC/USDT");
  expect(titleOf("position:a:BTC-USDT-PERP.SIM:liquidation_price")).toBe("Liquidation price, BTC/USDT-PERP");
  expect(titleOf("valuation:a:USDT:margin_ratio")).toBe("Margin ratio of USDT");
  expect(titleOf("equity:a:exposure_share")).toBe("Exposure, of equity");
  expect(titleOf("total:USDT:equity")).toBe("All accounts in USDT");
  expect(titleOf("range:a:2026-01-31T12:00:00.000Z:pnl")).toBe("P&L of the range");
  expect(titleOf("range:a::net_flows")).toBe("Deposits minus withdrawals of the range");
  expect(titleOf("limit:a:daily_loss")).toBe("Loss in a day, used");
  expect(titleOf("limit:a:max_position_notional:BTC-USDT.SIM")).toBe("Position, BTC-USDT.SIM, used");
  expect(titleOf("fill:a:17:fee")).toBe("Fee of the fill at 17");
  expect(titleOf("order:o:fees:USDT")).toBe("Fees, USDT");
  expect(titleOf("order:o:average_price")).toBe("Average price");
});
