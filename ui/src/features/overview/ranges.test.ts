import { describe, expect, it } from "vitest";

import { pnlParts, sinceOf } from "./ranges";

describe("a range", () => {
  const until = "2027-03-31T12:00:00.000Z";
  it("begins so long before its end", () => {
    expect(sinceOf("1D", until)).toBe("2027-03-30T12:00:00.000Z");
    expect(sinceOf("1W", until)).toBe("2027-03-24T12:00:00.000Z");
    expect(sinceOf("1Y", until)).toBe("2026-03-31T12:00:00.000Z");
  });
  it("of a month ends on the last day of a shorter one", () => {
    expect(sinceOf("1M", until)).toBe("2027-02-28T12:00:00.000Z");
  });
  it("of this year begins with it", () => {
    expect(sinceOf("YTD", until)).toBe("2027-01-01T00:00:00.000Z");
  });
  it("of everything has no beginning", () => {
    expect(sinceOf("All", until)).toBeNull();
  });
});

describe("profit and loss", () => {
  const curve = { opening: "1000", closing: "1600", net_flows: "500", pnl: "100" };
  it("is what is there more than was put in", () => {
    expect(pnlParts(curve, undefined)).toMatchObject({ closing: "1600", pnl: "100" });
  });
  it("closes with what the account is worth now", () => {
    expect(pnlParts(curve, "1450.25")).toMatchObject({ closing: "1450.25", pnl: "-49.75" });
  });
  it("is not known where a deposit has no known value", () => {
    expect(pnlParts({ ...curve, pnl: null }, "1450").pnl).toBeNull();
  });
});
