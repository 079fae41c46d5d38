import type { AssetValue } from "../../api/worth";
import { compared, over, plus, times } from "../../design/decimals";

export interface Weighted extends AssetValue {
  /** Of equity, as a fraction; null where there is no price or no equity. */
  weight: string | null;
}

/** Balances by value, the largest first, with their weight; what has no price comes last. */
export function weighted(items: AssetValue[], equity: string): Weighted[] {
  return items
    .map((item) => ({ ...item, weight: item.value === null ? null : over(item.value, equity, 6) }))
    .sort((a, b) => compared(b.value ?? "", a.value ?? "") || a.asset.localeCompare(b.asset));
}

/** What could move with the market: everything but the base asset. */
export function exposureOf(items: AssetValue[], baseAsset: string, equity: string) {
  const positions = weighted(
    items.filter((item) => item.asset !== baseAsset && /[1-9]/.test(item.total)),
    equity,
  );
  const value = positions.reduce((sum, item) => plus(sum, item.value ?? "0"), "0");
  return { count: positions.length, value, share: over(value, equity, 6), largest: positions[0] ?? null };
}

/** What open orders set aside, in the base asset, as far as a price is known. */
export function heldValue(items: AssetValue[]): string {
  return items.reduce((sum, item) => (item.price ? plus(sum, times(item.held, item.price)) : sum), "0");
}
