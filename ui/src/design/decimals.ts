/** Exact arithmetic on the wire's decimal strings, for what the page tells beside the server's own figures. */
interface Scaled {
  units: bigint;
  decimals: number;
}

function scaled(decimal: string): Scaled {
  const [whole = "0", fraction = ""] = decimal.split(".");
  return { units: BigInt(whole + fraction), decimals: fraction.length };
}

function unscaled(units: bigint, decimals: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, "");
  return `${units < 0n ? "-" : ""}${whole}${fraction && `.${fraction}`}`;
}

/** The exact product. */
export function times(one: string, other: string): string {
  const [a, b] = [scaled(one), scaled(other)];
  return unscaled(a.units * b.units, a.decimals + b.decimals);
}

/** The exact difference. */
export function minus(one: string, other: string): string {
  const [a, b] = [scaled(one), scaled(other)];
  const decimals = Math.max(a.decimals, b.decimals);
  const at = (each: Scaled) => each.units * 10n ** BigInt(decimals - each.decimals);
  return unscaled(at(a) - at(b), decimals);
}

/** Rounded half up to `decimals`, for the eye only; what has fewer stays as it is. */
export function rounded(decimal: string, decimals: number): string {
  const { units, decimals: has } = scaled(decimal);
  if (has <= decimals) return decimal;
  const step = 10n ** BigInt(has - decimals);
  return unscaled((units + step / 2n) / step, decimals);
}

/** What a person typed, as the wire wants it: grouping spaces go. Null where it is no positive decimal. */
export function typedDecimal(text: string): string | null {
  const decimal = text.replace(/\s/g, "").replace(/^\./, "0.");
  return /^\d+(\.\d+)?$/.test(decimal) && /[1-9]/.test(decimal) ? decimal : null;
}

/** Decimals of a decimal as it is written: "0.50" → 2. */
export function writtenDecimals(decimal: string): number {
  return decimal.split(".")[1]?.length ?? 0;
}
