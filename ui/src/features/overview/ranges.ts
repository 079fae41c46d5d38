import { minus } from "../../design/decimals";

export const ranges = { "1D": "1D", "1W": "1W", "1M": "1M", YTD: "YTD", "1Y": "1Y", All: "All" } as const;
export type Range = keyof typeof ranges;

/** In a sentence: "in the last week". */
export const rangeWords: Record<Range, string> = {
  "1D": "in the last 24 hours",
  "1W": "in the last week",
  "1M": "in the last month",
  YTD: "this year",
  "1Y": "in the last year",
  All: "since the beginning",
};

const dayMs = 86_400_000;

/** When a range that ends at `until` (an instant) begins; null: with the account. Days and years are those of UTC. */
export function sinceOf(range: Range, until: string): string | null {
  const end = new Date(until);
  const begin = new Date(end);
  switch (range) {
    case "1D":
      return new Date(end.getTime() - dayMs).toISOString();
    case "1W":
      return new Date(end.getTime() - 7 * dayMs).toISOString();
    case "1M":
      begin.setUTCMonth(begin.getUTCMonth() - 1);
      // A month that is too short for the day ends on its last one.
      if (begin.getUTCDate() !== end.getUTCDate()) begin.setUTCDate(0);
      return begin.toISOString();
    case "YTD":
      return new Date(Date.UTC(end.getUTCFullYear(), 0, 1)).toISOString();
    case "1Y":
      begin.setUTCFullYear(begin.getUTCFullYear() - 1);
      return begin.toISOString();
    case "All":
      return null;
  }
}

/**
 * Profit or loss of a range and its parts: closing − opening − net flows. `pnl` is null where a deposit or a
 * withdrawal has no known value, for then nobody knows.
 */
export function pnlParts(
  curve: { opening: string; closing: string; net_flows: string; pnl: string | null },
  equityNow: string | undefined,
) {
  const closing = equityNow ?? curve.closing;
  const { opening, net_flows: netFlows } = curve;
  return {
    opening,
    closing,
    netFlows,
    pnl: curve.pnl === null ? null : minus(minus(closing, opening), netFlows),
  };
}
