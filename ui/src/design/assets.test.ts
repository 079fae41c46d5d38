import { describe, expect, it } from "vitest";

import { assetProblem } from "./assets";

describe("the name of an asset", () => {
  it.each(["USDT", "1INCH", "B", "A123456789012345"])("may be %s", (asset) => {
    expect(assetProblem(asset)).toBeUndefined();
  });
  it.each(["US DT", "USD-T", "ÜSD", "US\n"])("has letters and digits only: not %j", (asset) => {
    expect(assetProblem(asset)).toBe("Letters and digits only, such as USDT.");
  });
  it("has 16 of them at most", () => {
    expect(assetProblem("A1234567890123456")).toBe("16 letters and digits at most, such as USDT.");
  });
});
