import type { Numbers } from "../state/preferences";

/** How figures are written: what stands before the decimals, and what stands between groups of digits. */
export interface Separators {
  decimal: "." | ",";
  group: string;
  /** Where a group separator goes in a whole number. */
  places: RegExp;
}

const thinSpace = "\u2009";
const byThousands = /\B(?=(\d{3})+$)/g;
/** As in India: the last three, then by twos. */
const byHundreds = /\B(?=(\d{2})*\d{3}$)/g;

const chosen: Record<Exclude<Numbers, "browser">, Separators> = {
  "space-point": { decimal: ".", group: thinSpace, places: byThousands },
  "comma-point": { decimal: ".", group: ",", places: byThousands },
  "point-comma": { decimal: ",", group: ".", places: byThousands },
  "space-comma": { decimal: ",", group: thinSpace, places: byThousands },
  "apostrophe-point": { decimal: ".", group: "’", places: byThousands },
};

/** Those of a locale, the browser's own if none is named; the digits are always 0 to 9. */
export function separatorsOf(locale?: string): Separators {
  const format = new Intl.NumberFormat(locale, { numberingSystem: "latn", useGrouping: "always" });
  const parts = format.formatToParts(123_456_789.5);
  const named = (type: string) => parts.find((part) => part.type === type)?.value;
  const wholes = parts.filter((part) => part.type === "integer");
  const group = named("group") ?? thinSpace;
  return {
    decimal: named("decimal") === "," ? "," : ".",
    // Spaces of any width are one to a reader; the thin one keeps columns narrow.
    group: /\s/.test(group) ? thinSpace : group,
    places: wholes.at(-2)?.value.length === 2 ? byHundreds : byThousands,
  };
}

let current = chosen["space-point"];

/** Those that figures are written with now. */
export function separators(): Separators {
  return current;
}

/** From now on figures are written so; whoever shows some already draws them again. */
export function writeNumbers(numbers: Numbers): void {
  const known: Partial<Record<string, Separators>> = chosen;
  current = known[numbers] ?? separatorsOf();
}
