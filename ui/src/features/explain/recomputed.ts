import { limitTitle } from "../../api/denials";
import { compared, minus, plus, rounded, times, writtenDecimals } from "../../design/decimals";
import { unfigured } from "../../design/figures";
import { spoken } from "../../design/words";

const asShown = /^[▲▼]?([+−-]?)(\d+(?:\.\d+)?)(%)?(?:[A-Z][A-Z0-9]*|\(.*\))?$/;

/**
 * A figure as a page shows it, as the wire writes it: arrows, separators and the unit go, and what stands in brackets
 * behind it. Null where it is no number.
 */
export function decimalShown(text: string): string | null {
  const [, sign = "", digits] = asShown.exec(unfigured(text)) ?? [];
  return digits === undefined ? null : `${/[−-]/.test(sign) ? "-" : ""}${digits}`;
}

/** Whether what the page showed is the figure, to as many decimals as the page gave it; null where it cannot be told. */
export function agrees(shown: string, whole: string): boolean | null {
  const decimal = decimalShown(shown);
  if (decimal === null || !/^-?\d+(\.\d+)?$/.test(whole)) return null;
  const value = /%$/.test(shown.trim()) ? times(whole, "100") : whole;
  const decimals = writtenDecimals(decimal);
  if (compared(rounded(value, decimals), decimal) === 0) return true;
  // Pages may cut digits off instead of rounding them: less than one of the last decimal apart is the same figure.
  const step = decimals ? `0.${"0".repeat(decimals - 1)}1` : "1";
  return writtenDecimals(value) > decimals && compared(minus(value, decimal).replace("-", ""), step) < 0;
}

/** The sum of the amounts, exactly. */
export function summed(amounts: readonly string[]): string {
  return amounts.reduce(plus, "0");
}

const figures: Record<string, string> = {
  total: "Total",
  available: "Available",
  held: "Held",
  quantity: "Quantity",
  average_entry_price: "Average entry price",
  cost: "Cost",
  realised_pnl: "Realised P&L",
  equity: "Equity",
  day_pnl: "P&L today",
  drawdown: "Drawdown",
  exposure: "Exposure",
  exposure_share: "Exposure, of equity",
  held_value: "Value held for open orders",
  mark_price: "Mark",
  market_value: "Market value",
  unrealised_pnl: "Unrealised P&L",
  margin: "Margin",
  maintenance_margin: "Maintenance margin",
  liquidation_price: "Liquidation price",
  filled_quantity: "Filled quantity",
  average_price: "Average price",
};

/** Whether the figure moves with prices, and not only with events. */
export function isPriced(of: string): boolean {
  return (
    /^(valuation|equity|total):/.test(of) ||
    /^(range:.*:pnl|limit:[^:]*:max_position_notional:.*|position:.*:(mark_price|market_value|unrealised_pnl|maintenance_margin|liquidation_price))$/.test(
      of,
    )
  );
}

/** The formula itself, and then what each word of it means: "a - b. a: …. b: …" in its parts, of which none is lost. */
export function formulaParts(formula: string): string[] {
  return formula.split(/(?<=\. )(?=[a-z_]+: )/);
}

/** Whether the figure is told for now only, wherever the pages have travelled to. */
export function isOfNow(of: string): boolean {
  return of.startsWith("limit:");
}

const valued: Record<string, string> = {
  value: "Value",
  price: "Price",
  held_value: "Value held",
  weight: "Weight",
  margin_ratio: "Margin ratio",
};

const ranged: Record<string, string> = {
  pnl: "P&L of the range",
  opening: "Equity when the range opened",
  net_flows: "Deposits minus withdrawals of the range",
};

/** What a figure's name stands for: "Available, USDT" for "balance:…:USDT:available". */
export function titleOf(of: string): string {
  const [kind = "", owner = "", ...rest] = of.split(":");
  if (kind === "valuation") {
    const [asset = "", figure = "value"] = rest;
    return `${valued[figure] ?? figure} of ${asset}`;
  }
  if (kind === "total") return `All accounts in ${owner}`;
  if (kind === "range") return ranged[rest.at(-1) ?? ""] ?? "Range";
  if (kind === "limit") return [...rest.map(limitTitle), "used"].join(", ");
  if (kind === "fill") return `Fee of the fill at ${rest[0] ?? ""}`;
  if (kind === "order" && rest[0] === "fees") return `Fees, ${rest.slice(1).join(":")}`;
  const name = rest.at(-1) ?? "";
  const subject = rest
    .slice(0, -1)
    .join(":")
    .replace(/\.[^.]*$/, "")
    .replace("-", "/");
  return [figures[name] ?? spoken(name), subject].filter(Boolean).join(", ");
}
