import { afterEach, describe, expect, it } from "vitest";

import { Aligned } from "./figure";
import { figure, percent, unfigured } from "./figures";
import { separatorsOf, writeNumbers } from "./separators";
import { asTyped, typedDecimal, unclear } from "./typing";

afterEach(() => {
  writeNumbers("space-point");
});

describe("what a person typed", () => {
  it("may be grouped by spaces and begin with its point", () => {
    expect(typedDecimal(" 60 000.50 ")).toBe("60000.50");
    expect(typedDecimal("60\u2009000")).toBe("60000");
    expect(typedDecimal("1’234’567.5")).toBe("1234567.5");
    expect([".5", ",5"].map(typedDecimal)).toEqual(["0.5", "0.5"]);
  });

  it.each(["", "0", "0.00", "-1", "1e3", "1.", "1,", "NaN", "1.2.3", "1,2,3", "1x", "1,234.5", "1.234,5"])(
    "is no amount: %j",
    (text) => {
      expect(typedDecimal(text)).toBeNull();
    },
  );

  it("may have a comma before its decimals, however figures are written", () => {
    for (const numbers of ["space-point", "comma-point", "point-comma"] as const) {
      writeNumbers(numbers);
      expect(["0,5", "1,5", "1234,5", "0,125", "12,3456"].map(typedDecimal)).toEqual([
        "0.5",
        "1.5",
        "1234.5",
        "0.125",
        "12.3456",
      ]);
      expect(["0.5", "1234.5", "0.125"].map(typedDecimal)).toEqual(["0.5", "1234.5", "0.125"]);
    }
  });

  it("is never guessed where its one separator may be one of thousands", () => {
    writeNumbers("comma-point");
    expect([typedDecimal("1,234"), typedDecimal("1.234")]).toEqual([null, "1.234"]);
    expect(unclear("1,234")).toBe("Is it 1234 or 1.234? Write it so.");
    writeNumbers("point-comma");
    expect([typedDecimal("1.234"), typedDecimal("1,234")]).toEqual([null, "1.234"]);
    expect(unclear("64.120")).toBe("Is it 64120 or 64,120? Write it so.");
  });

  it("with several separators is asked for, and what is clear or no number is not", () => {
    expect(unclear("1,234,567.89")).toBe("Write it without separators of thousands, as 1234.5.");
    writeNumbers("point-comma");
    expect(unclear("1.234.567")).toBe("Write it without separators of thousands, as 1234,5.");
    expect(["", "abc", "0,5", "1234", "1x,2.3"].map(unclear)).toEqual([null, null, null, null, null]);
  });

  it("is read back from what the page writes into a field", () => {
    for (const numbers of ["space-point", "comma-point", "point-comma", "space-comma"] as const) {
      writeNumbers(numbers);
      for (const decimal of ["1.234", "64120.5", "0.00000001", "1000"])
        expect(typedDecimal(asTyped(decimal)), `${numbers} ${decimal}`).toBe(decimal);
    }
  });
});

describe("figures", () => {
  it("are written as the person chose", () => {
    const written = (
      ["space-point", "comma-point", "point-comma", "space-comma", "apostrophe-point"] as const
    ).map((numbers) => {
      writeNumbers(numbers);
      return figure("-1234567.5", 2);
    });
    expect(written).toEqual([
      "−1\u2009234\u2009567.50",
      "−1,234,567.50",
      "−1.234.567,50",
      "−1\u2009234\u2009567,50",
      "−1’234’567.50",
    ]);
    writeNumbers("point-comma");
    expect(percent("0.01534")).toBe("1,53\u2009%");
    expect(Aligned({ decimal: "1", decimals: 2 }).props).toMatchObject({ "data-blank": ",00" });
  });

  it("follow the separators of a locale, in India by lakh", () => {
    const of = (locale: string) => {
      const { decimal, group } = separatorsOf(locale);
      return [group, decimal];
    };
    expect([of("en-GB"), of("de"), of("fr")]).toEqual([
      [",", "."],
      [".", ","],
      ["\u2009", ","],
    ]);
    expect("12345678".replace(separatorsOf("en-IN").places, ",")).toBe("1,23,45,678");
    expect("123".replace(separatorsOf("en-IN").places, ",")).toBe("123");
  });

  it("are read back to the decimal that they show", () => {
    for (const numbers of ["space-point", "comma-point", "point-comma", "apostrophe-point"] as const) {
      writeNumbers(numbers);
      expect(unfigured(figure("-1234567.89"))).toBe("−1234567.89");
    }
  });
});
