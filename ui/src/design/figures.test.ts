import { describe, expect, it } from "vitest";

import { decimalsOf, figure, percent, signed, signedPercent } from "./figures";

describe("figures", () => {
  it("are grouped by thin spaces and padded to the instrument's precision", () => {
    expect(figure("1248310.4", 2)).toBe("1\u2009248\u2009310.40");
  });

  it("keep every digit of a decimal that no float could hold", () => {
    expect(figure("12345678901234567890.123456789012345678")).toBe(
      "12\u2009345\u2009678\u2009901\u2009234\u2009567\u2009890.123456789012345678",
    );
  });

  it("carry a true minus sign", () => {
    expect(figure("-0.5")).toBe("−0.5");
  });

  it("know the decimals of a step", () => {
    expect([decimalsOf("0.010"), decimalsOf("1"), decimalsOf("0.000001")]).toEqual([2, 0, 6]);
  });

  it("say what was gained, and nothing of what was not", () => {
    expect([signed("1.5"), signed("-1.5"), signed("0", 2)]).toEqual(["+1.5", "−1.5", "0.00"]);
    expect(percent("0.01534")).toBe("1.53\u2009%");
    expect(signedPercent("0.01534")).toBe("+1.53\u2009%");
  });
});
