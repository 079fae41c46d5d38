import type { Contract, Position } from "../../api/types";
import { compared, minus, negated, over, plus, times } from "../../design/decimals";

/** The price in the middle of bid and ask. */
export function markOf({ bid, ask }: { bid: string | null; ask: string | null }): string | null {
  return bid && ask ? times(plus(bid, ask), "0.5") : null;
}

const shareDecimals = 6;

/** Digits of what an inverse contract is worth: it is divided by the price. */
const inverseDigits = 8;

/**
 * What the position would have won or lost at `mark`, and as a fraction of its cost: exactly, but for an inverse
 * contract, which gains in the coin as its value there shrinks.
 */
export function unrealised(
  position: Position,
  mark: string,
  contract: Contract | null = null,
): { pnl: string; share: string | null } {
  const isLong = compared(position.quantity, "0") > 0;
  if (contract?.inverse_size) {
    const size = times(position.quantity.replace("-", ""), contract.inverse_size);
    const lost = minus(over(size, mark, inverseDigits) ?? "0", position.cost);
    const gained = isLong ? negated(lost) : lost;
    return { pnl: gained, share: over(gained, position.cost, shareDecimals) };
  }
  const worth = times(position.quantity, mark);
  // A short position was sold for its cost, and its worth is negative.
  const pnl = isLong ? minus(worth, position.cost) : plus(worth, position.cost);
  return { pnl, share: over(pnl, position.cost, shareDecimals) };
}

export function isFlat(position: Position): boolean {
  return compared(position.quantity, "0") === 0;
}
