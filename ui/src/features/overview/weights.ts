import { positionKey } from "../../api/book";
import type { AssetValue, Valuation } from "../../api/worth";
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

/** What could move with the market: everything but the base asset, and open contracts whichever way they are held. */
export function exposureOf({ items, contracts, base_asset, equity }: Valuation) {
  const owned = items
    .filter((item) => item.asset !== base_asset && /[1-9]/.test(item.total))
    .map(({ asset, value }) => ({ name: asset, isContract: false, value }));
  const open = contracts.map((each) => ({
    name: positionKey(each),
    isContract: true,
    value: each.base_value,
  }));
  const parts = [...owned, ...open].sort((a, b) => compared(b.value ?? "", a.value ?? ""));
  const value = parts.reduce((sum, part) => plus(sum, part.value ?? "0"), "0");
  const [largest] = parts;
  return {
    count: parts.length,
    value,
    share: over(value, equity, 6),
    largest: largest ? { ...largest, share: largest.value && over(largest.value, equity, 6) } : null,
  };
}

/** What open orders set aside, in the base asset, as far as a price is known. */
export function heldValue(items: AssetValue[]): string {
  return items.reduce((sum, item) => (item.price ? plus(sum, times(item.held, item.price)) : sum), "0");
}
