import { describe, expect, it } from "vitest";

import type { Difference } from "../../../api/differences";
import { agreement } from "./compared-sides";
import { courseOf, outcomeOf, remedyOf, sentenceOf, sidesOf, titleOf } from "./difference-words";

const thin = "\u2009";
const found = (kind: string, figures: Record<string, string>, rest: Partial<Difference> = {}) =>
  ({ kind, figures, detail: "As told.", status: "open", adoptable: false, ...rest }) as Difference;

describe("a difference", () => {
  it("in a balance has two sides and their unit", () => {
    const balance = found("balance", { asset: "BTC", venue: "3", book: "1", difference: "2" });
    expect(titleOf(balance)).toBe("The balance of BTC");
    expect(sidesOf(balance)).toEqual({ venue: "3", book: "1", difference: "2", unit: "BTC" });
  });
  it("in a position has two sides and no unit", () => {
    const figures = { position: "BTC-USDT-PERP.BYBIT:short", venue: "-3", book: "-1", difference: "-2" };
    expect(titleOf(found("position", figures))).toBe("The position in BTC-USDT-PERP.BYBIT:short");
    expect(sidesOf(found("position", figures))).toEqual({
      venue: "-3",
      book: "-1",
      difference: "-2",
      unit: "",
    });
  });
  it("that was found before both sides were recorded is told in words", () => {
    const balance = found("balance", { asset: "BTC", difference: "2" });
    expect(sidesOf(balance)).toBeNull();
    expect(sentenceOf(balance)).toBe("As told.");
  });
  it("by a trade names the trade and its fee", () => {
    const terms = { instrument_id: "BTC-USDT.BINANCE", side: "sell", quantity: "0.1", price: "64000" };
    const trade = found("unmatched_fill", { ...terms, fee: "6.4", fee_asset: "USDT" });
    expect(sentenceOf(trade)).toBe(`Sell 0.1 BTC-USDT.BINANCE at 64${thin}000, fee 6.4 USDT.`);
    expect(sentenceOf(found("unmatched_fill", { ...terms, fee: "0", fee_asset: "USDT" }))).toBe(
      `Sell 0.1 BTC-USDT.BINANCE at 64${thin}000.`,
    );
    expect(sentenceOf(found("unmatched_fill", { fill_id: "7" }))).toBe("As told.");
  });
  it("by an order that is not ours names the order, with or without a price", () => {
    const terms = { instrument_id: "BTC-USDT.BINANCE", side: "buy", quantity: "1" };
    expect(sentenceOf(found("outside_order", { ...terms, price: "50" }))).toBe(
      "Buy 1 BTC-USDT.BINANCE at 50.",
    );
    expect(sentenceOf(found("outside_order", { ...terms, price: "" }))).toBe(
      "Buy 1 BTC-USDT.BINANCE at the market.",
    );
  });
  it("that cannot be booked says what to do instead", () => {
    expect(remedyOf(found("unexpected_trigger", {}))).toMatch(/Put it right/);
    expect(titleOf(found("unexpected_trigger", {}))).toBe("The venue does not agree: unexpected trigger");
  });
  it("that nobody decided about says what happened", () => {
    const gone = found("balance", {}, { status: "settled" });
    expect([outcomeOf(gone), courseOf(gone)]).toEqual([
      "Agreed again",
      "A later comparison found that venue and book agree.",
    ]);
    expect(courseOf(found("balance", {}, { status: "adopted" }))).toBe("");
  });
});

describe("a comparison", () => {
  const asset = (name: string, difference: string) => ({ asset: name, venue: "1", book: "1", difference });
  const position = (difference: string) => ({
    ...{ instrument: "BTC-USDT-PERP.BYBIT", position_side: "net" as const },
    ...{ venue: "1", book: "1", difference },
  });
  it("says how much of it agrees", () => {
    expect(agreement([], [])).toBe("Neither had anything");
    expect(agreement([asset("BTC", "0")], [])).toBe("All of it agrees: 1 asset");
    expect(agreement([asset("BTC", "1"), asset("USDT", "0")], [])).toBe("1 of 2 assets differs");
    expect(agreement([asset("BTC", "1"), asset("USDT", "-2")], [])).toBe("2 of 2 assets differ");
  });
  it("counts positions beside assets", () => {
    const here = [asset("USDT", "0")];
    expect(agreement(here, [position("0"), position("0")])).toBe("All of it agrees: 1 asset, 2 positions");
    expect(agreement(here, [position("-1")])).toBe("1 of 1 position differs");
    expect(agreement([asset("USDT", "3")], [position("-1"), position("1")])).toBe(
      "1 of 1 asset differs, 2 of 2 positions differ",
    );
  });
});
