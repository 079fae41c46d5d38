import { rounded, times } from "./decimals";
import { separators } from "./separators";

/** Wire decimals are strings and stay strings: they are grouped for the eye, never computed with. */
const thinSpace = "\u2009";

/** Group the integer part as the person chose and show at least `minDecimals` decimals. */
export function figure(decimal: string, minDecimals = 0): string {
  const [, sign = "", whole = "0", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  const { decimal: point, group, places } = separators();
  const grouped = whole.replace(places, group);
  const decimals = fraction.padEnd(minDecimals, "0");
  return `${sign === "-" ? "−" : ""}${grouped}${decimals ? `${point}${decimals}` : ""}`;
}

/** A figure as `figure` wrote it without its groups and with a point, whatever else stands around it. */
export function unfigured(text: string): string {
  const { decimal, group } = separators();
  return text.replace(/\s/g, "").replaceAll(group, "").replace(decimal, ".");
}

/** Decimals of a step such as a tick size: "0.010" → 2. */
export function decimalsOf(step: string): number {
  return step.includes(".") ? (step.replace(/0+$/, "").split(".")[1]?.length ?? 0) : 0;
}

/** The same with its sign in front, for what can be gained or lost. */
export function signed(decimal: string, minDecimals = 0): string {
  const isGain = !decimal.startsWith("-") && /[1-9]/.test(decimal);
  return `${isGain ? "+" : ""}${figure(decimal, minDecimals)}`;
}

/** A fraction as a percentage with two decimals: "0.0153" → "1.53\u2009%". */
export function percent(fraction: string): string {
  return `${figure(rounded(times(fraction, "100"), 2), 2)}${thinSpace}%`;
}

/** The same with its sign in front, for what can be gained or lost. */
export function signedPercent(fraction: string): string {
  return `${signed(rounded(times(fraction, "100"), 2), 2)}${thinSpace}%`;
}

const twoDecimals = /^(USD[A-Z]?|FDUSD|TUSD|DAI|EURC?|GBP|CHF|CAD|AUD|NZD|SGD|SEK|NOK|DKK|PLN|CZK)$/;

/** Decimals for the eye of money in an asset; the book keeps all of them. */
export function decimalsShown(asset: string): number {
  return twoDecimals.test(asset) ? 2 : 6;
}
