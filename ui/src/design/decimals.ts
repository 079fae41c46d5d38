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

/** The exact sum. */
export function plus(one: string, other: string): string {
  return minus(one, negated(other));
}

/** The same with the other sign. */
export function negated(decimal: string): string {
  const isZero = !/[1-9]/.test(decimal);
  if (isZero) return decimal;
  return decimal.startsWith("-") ? decimal.slice(1) : `-${decimal}`;
}

/**
 * The quotient with `decimals` digits behind the point, cut off rather than rounded; null where the divisor is zero.
 */
export function over(one: string, other: string, decimals: number): string | null {
  const [a, b] = [scaled(one), scaled(other)];
  if (b.units === 0n) return null;
  return unscaled(
    (a.units * 10n ** BigInt(b.decimals + decimals)) / (b.units * 10n ** BigInt(a.decimals)),
    decimals,
  );
}

/** −1, 0 or 1, by value; what is no decimal comes before everything. */
export function compared(one: string, other: string): number {
  const isDecimal = /^-?\d+(\.\d+)?$/;
  if (!isDecimal.test(one) || !isDecimal.test(other))
    return Number(isDecimal.test(one)) - Number(isDecimal.test(other));
  const difference = minus(one, other);
  if (!/[1-9]/.test(difference)) return 0;
  return difference.startsWith("-") ? -1 : 1;
}

/** Rounded half away from zero to `decimals`, for the eye only; what has fewer stays as it is. */
export function rounded(decimal: string, decimals: number): string {
  const { units, decimals: has } = scaled(decimal);
  if (has <= decimals) return decimal;
  const step = 10n ** BigInt(has - decimals);
  const half = units < 0n ? -step / 2n : step / 2n;
  return unscaled((units + half) / step, decimals);
}

/** Decimals of a decimal as it is written: "0.50" → 2. */
export function writtenDecimals(decimal: string): number {
  return decimal.split(".")[1]?.length ?? 0;
}
