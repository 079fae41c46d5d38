import { compared, minus, over, plus, times } from "../../design/decimals";

/** How many whole steps a positive decimal has, cut off. */
function whole(value: string, step: string): string {
  return over(value, step, 0) ?? "0";
}

/** Whether `value` is a multiple of `step`. */
export function isMultiple(value: string, step: string): boolean {
  return compared(times(whole(value, step), step), value) === 0;
}

/** The largest multiple of `step` that is not above `value`. */
export function downTo(value: string, step: string): string {
  return times(whole(value, step), step);
}

/** The smallest multiple of `step` that is not below `value`. */
export function upTo(value: string, step: string): string {
  const below = downTo(value, step);
  return compared(below, value) === 0 ? below : plus(below, step);
}

/** The multiple of `step` that is nearest to `value`; never zero, which would be no price. */
export function nearest(value: string, step: string): string {
  const [below, above] = [downTo(value, step), upTo(value, step)];
  const isBelowNearer = compared(minus(value, below), minus(above, value)) < 0;
  return isBelowNearer && compared(below, "0") > 0 ? below : above;
}
