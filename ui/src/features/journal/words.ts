import { figure } from "../../design/figures";

/** A decimal as the journal writes it, without an exponent: "1E-8" → "0.00000001". */
export function plain(decimal: string): string {
  const [, sign = "", whole = "", fraction = "", power = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d+)$/.exec(decimal) ?? [];
  if (!whole) return decimal;
  const point = whole.length + Number(power);
  const digits = `${whole}${fraction}`.padEnd(point, "0");
  const padded = point > 0 ? digits : `${"0".repeat(1 - point)}${digits}`;
  const cut = Math.max(point, 1);
  const rest = padded.slice(cut);
  return `${sign}${padded.slice(0, cut).replace(/^0+(?=\d)/, "")}${rest && `.${rest}`}`;
}

/** A decimal of the journal, grouped for the eye and kept in one line; whatever else is there as it is. */
export function number(value: unknown): string {
  const text = plain(word(value));
  return /^-?\d+(\.\d+)?$/.test(text) ? figure(text).replaceAll("\u2009", "\u202f") : text;
}

/** The same without zeros that only fill up a venue's precision. */
export function amount(value: unknown): string {
  const text = plain(word(value));
  return number(text.includes(".") ? text.replace(/\.?0+$/, "") : text);
}

/** A value of the journal as text; nothing where there is none. */
export function word(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}

/** A part of an event that is a document of its own. */
export function part(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** The texts of a list. */
export function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(word) : [];
}

/** "BTC-USDT.SIM" → "BTC/USDT". */
export function pair(instrumentId: unknown): string {
  return word(instrumentId)
    .replace(/\.[^.]*$/, "")
    .replace("-", "/");
}

/** The end of an id, which tells it from its neighbours: ids made one after the other begin alike. */
export function short(id: unknown): string {
  return word(id).slice(-6);
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
