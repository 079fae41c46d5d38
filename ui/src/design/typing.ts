import { separators } from "./separators";

/** One group of thousands, or three decimals: nobody can tell. */
const eitherWay = /^[1-9]\d{0,2}[.,]\d{3}$/;

function bare(text: string): string {
  // Spaces and apostrophes separate groups of digits and never decimals.
  return text.replace(/[\s'’]/g, "");
}

function separatorsIn(text: string): number {
  return text.match(/[.,]/g)?.length ?? 0;
}

/** Whether the one separator of it may as well be one of thousands, for the person who writes figures as chosen. */
function isAmbiguous(text: string): boolean {
  return eitherWay.test(text) && !text.includes(separators().decimal);
}

/**
 * What a person typed, as the wire wants it: a point or a comma alone stands before the decimals, spaces and
 * apostrophes go. Null where it is no positive decimal, or where that would be a guess (`unclear` says so).
 */
export function typedDecimal(text: string): string | null {
  const typed = bare(text);
  if (separatorsIn(typed) > 1 || isAmbiguous(typed)) return null;
  const decimal = typed.replace(",", ".").replace(/^\./, "0.");
  return /^\d+(\.\d+)?$/.test(decimal) && /[1-9]/.test(decimal) ? decimal : null;
}

/** A question, where what was typed can be read in more than one way; null where it cannot, or is no number anyway. */
export function unclear(text: string): string | null {
  const typed = bare(text);
  if (!/^[\d.,]*\d[\d.,]*$/.test(typed)) return null;
  if (isAmbiguous(typed)) {
    const [whole = "", decimals = ""] = typed.split(/[.,]/);
    return `Is it ${whole}${decimals} or ${asTyped(`${whole}.${decimals}`)}? Write it so.`;
  }
  return separatorsIn(typed) > 1
    ? `Write it without separators of thousands, as ${asTyped("1234.5")}.`
    : null;
}

/** A decimal of the wire as the person would type it: what stands in a field when the page writes it there. */
export function asTyped(decimal: string): string {
  return decimal.replace(".", separators().decimal);
}
