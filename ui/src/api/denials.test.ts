import { describe, expect, it } from "vitest";

import { denialFigures, denialText, denialTitle } from "./denials";

const bitcoin = { symbol: "BTC/USDT", baseAsset: "USDT" };
const thin = "\u2009";

const tooBig = {
  code: "limit_exceeded",
  detail: "max_position_notional is 50000, this would make 6296328.13303703.",
  figures: { limit: "max_position_notional", value: "6296328.13303703", max: "50000" },
};
const tooFar = {
  code: "price_collar",
  detail: "73227 is too far from 64234.21.",
  figures: { price: "73227", reference: "64234.21", price_collar: "0.1" },
};
const tooLittle = {
  code: "insufficient_funds",
  detail: "Available 812.4 USDT, needed 1004.2004.",
  figures: { asset: "USDT", available: "812.4", needed: "1004.2004" },
};

describe("a denial", () => {
  it("says which limit it was, with its figures as people read them", () => {
    expect(denialText(tooBig, bitcoin)).toBe(
      `Position in BTC/USDT would be 6${thin}296${thin}328.13 USDT; the limit is 50${thin}000.`,
    );
    expect(denialTitle(tooBig)).toBe("Position");
    expect(denialFigures(tooBig, bitcoin)).toEqual([
      ["would be", `6${thin}296${thin}328.13 USDT`],
      ["limit", `50${thin}000 USDT`],
    ]);
  });
  it("leaves the asset out where nobody knows it", () => {
    expect(denialText(tooBig, { symbol: "BTC/USDT" })).toBe(
      `Position in BTC/USDT would be 6${thin}296${thin}328.13; the limit is 50${thin}000.`,
    );
  });
  it("of a price says how far it is, beside how far it may be", () => {
    expect(denialText(tooFar, bitcoin)).toBe(
      `73${thin}227 is 14.00${thin}% worse than 64${thin}234.21; the price collar is 10.00${thin}%.`,
    );
    expect(denialFigures(tooFar, bitcoin)).toContainEqual(["Price collar", `10.00${thin}%`]);
  });
  it("for want of money says what there is and what is needed", () => {
    expect(denialText(tooLittle, bitcoin)).toBe(`Available 812.40 USDT, needed 1${thin}004.20.`);
    const close = { ...tooLittle, figures: { asset: "USDT", available: "5.001", needed: "5.002" } };
    expect(denialText(close, bitcoin)).toBe("Available 5.001 USDT, needed 5.002.");
    expect(denialTitle(tooLittle)).toBe("Insufficient funds");
  });
  it("of another kind, or without its figures, is told in the server's words", () => {
    expect(denialText({ code: "account_halted", detail: "The account is halted." }, bitcoin)).toBe(
      "The account is halted.",
    );
    expect(denialText({ ...tooBig, figures: {} }, bitcoin)).toBe(tooBig.detail);
    expect(denialText({ detail: "Why not." }, bitcoin)).toBe("Why not.");
  });
});
