import type { Level } from "./depth-levels";

/** Steps of the book in the unit square: x from the lowest price to the highest, y from the largest total down to 0. */
export interface DepthShape {
  bids: string;
  asks: string;
  /** The price at a place from 0 (left) to 1 (right). */
  priceAt: (x: number) => number;
  /** The total at the top. */
  most: number;
}

/** Both sides around their middle, as wide as the wider of them; null where a side is missing. */
export function depthShape(bids: readonly Level[], asks: readonly Level[]): DepthShape | null {
  const [bid, ask] = [bids[0], asks[0]];
  if (!bid || !ask) return null;
  const middle = (Number(bid.price) + Number(ask.price)) / 2;
  const reach = Math.max(
    middle - Number(bids.at(-1)?.price),
    Number(asks.at(-1)?.price) - middle,
    Number.MIN_VALUE,
  );
  const most = Math.max(Number(bids.at(-1)?.total), Number(asks.at(-1)?.total), Number.MIN_VALUE);
  const x = (price: string) => (0.5 + (Number(price) - middle) / reach / 2).toFixed(4);
  const y = (total: string) => (1 - Number(total) / most).toFixed(4);
  const steps = (levels: readonly Level[], edge: 0 | 1) =>
    `M${x(levels[0]?.price ?? "0")} 1${levels.map((each) => `H${x(each.price)}V${y(each.total)}`).join("")}H${edge}V1Z`;
  return {
    bids: steps(bids, 0),
    asks: steps(asks, 1),
    priceAt: (at) => middle + (at - 0.5) * 2 * reach,
    most,
  };
}

/** What could be traded up to `price`: the level furthest from the middle that is not beyond it. */
export function reached(bids: readonly Level[], asks: readonly Level[], price: number): Level | null {
  const best = Number(bids[0]?.price);
  if (price <= best) return bids.findLast((each) => Number(each.price) >= price) ?? null;
  return asks.findLast((each) => Number(each.price) <= price) ?? null;
}
