import type { Trade } from "./types";

/** So many prints are kept; who wants more asks the server. */
export const printsMax = 500;

function isLater(one: Trade, other: Trade): number {
  const apart = Date.parse(other.at) - Date.parse(one.at);
  if (apart) return apart;
  const [a, b] = [BigInt(one.sequence), BigInt(other.sequence)];
  return a === b ? 0 : b > a ? 1 : -1;
}

/** Prints of both, each once, the newest first. */
export function withPrints(known: readonly Trade[], told: readonly Trade[]): Trade[] {
  const byId = new Map(known.map((trade) => [trade.trade_id, trade]));
  const knownCount = byId.size;
  for (const trade of told) if (!byId.has(trade.trade_id)) byId.set(trade.trade_id, trade);
  // A list that repeats itself is not kept as it is, whoever told it.
  if (known.length && byId.size === knownCount && knownCount === known.length) return known as Trade[];
  return [...byId.values()].sort(isLater).slice(0, printsMax);
}
