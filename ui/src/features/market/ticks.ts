import { compared, minus, over, plus, times } from "../../design/decimals";
import { decimalsOf } from "../../design/figures";

type Towards = "down" | "up" | "near";

/** The multiple of `step` at or next to a price that is not negative; half of a step goes up. */
export function onStep(price: string, step: string, towards: Towards): string {
  const aimed = towards === "near" ? plus(price, times(step, "0.5")) : price;
  const below = times(over(aimed, step, 0) ?? "0", step);
  return towards === "up" && compared(below, price) < 0 ? plus(below, step) : below;
}

/** A place on the price axis as a price that an order may have: the nearest multiple of the tick, at least one. */
export function snapped(place: number, tick: string): string {
  if (!(place > 0)) return tick;
  const price = onStep(place.toFixed(Math.min(100, decimalsOf(tick) + 2)), tick, "near");
  return compared(price, tick) < 0 ? tick : price;
}

/** `price` moved by so many ticks, onto the grid, at least one tick. */
export function movedByTicks(price: string, tick: string, ticks: number): string {
  const distance = times(tick, String(Math.abs(ticks)));
  // What lies off the grid first comes onto it, in the direction of the move.
  const moved =
    ticks < 0 ? minus(onStep(price, tick, "up"), distance) : plus(onStep(price, tick, "down"), distance);
  return compared(moved, tick) < 0 ? tick : moved;
}
