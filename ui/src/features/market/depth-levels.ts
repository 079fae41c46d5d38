import { compared, plus, times } from "../../design/decimals";
import { onStep } from "./ticks";

export interface Level {
  price: string;
  size: string;
  /** Size of this level and of all better ones. */
  total: string;
}

type Side = "bid" | "ask";

/**
 * Levels, the best first, put together by `step`: bids at the multiple below them and asks at the one above, so that
 * no level looks better than what stands in it.
 */
export function grouped(levels: readonly (readonly string[])[], step: string, side: Side): Level[] {
  const groups: Level[] = [];
  let total = "0";
  for (const [price = "0", size = "0"] of levels) {
    total = plus(total, size);
    const at = onStep(price, step, side === "bid" ? "down" : "up");
    const last = groups.at(-1);
    if (last && compared(last.price, at) === 0) {
      last.size = plus(last.size, size);
      last.total = total;
    } else groups.push({ price: at, size: plus(size, "0"), total });
  }
  return groups;
}

/** Steps to group by, in ticks. */
export const groupings = ["1", "10", "100"] as const;
export type Grouping = (typeof groupings)[number];

export function stepOf(tick: string, grouping: Grouping): string {
  return times(tick, grouping);
}

/** How much of the largest total each is, from 0 to 1, for the width of bars. */
export function shareOf(total: string, largest: string): number {
  const whole = Number(largest);
  return whole > 0 ? Math.min(1, Number(total) / whole) : 0;
}
