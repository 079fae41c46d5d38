import type { Position } from "../../api/types";
import { compared, minus, over, plus, times } from "../../design/decimals";

/** The price in the middle of bid and ask. */
export function markOf({ bid, ask }: { bid: string | null; ask: string | null }): string | null {
  return bid && ask ? times(plus(bid, ask), "0.5") : null;
}

const shareDecimals = 6;

/** What the position would have won or lost at `mark`, exactly, and as a fraction of its cost. */
export function unrealised(position: Position, mark: string): { pnl: string; share: string | null } {
  const isLong = compared(position.quantity, "0") > 0;
  const worth = times(position.quantity, mark);
  // A short position was sold for its cost, and its worth is negative.
  const pnl = isLong ? minus(worth, position.cost) : plus(worth, position.cost);
  return { pnl, share: over(pnl, position.cost, shareDecimals) };
}

export function isFlat(position: Position): boolean {
  return compared(position.quantity, "0") === 0;
}
