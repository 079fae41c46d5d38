import { writtenDecimals } from "./decimals";
import { figure } from "./figures";
import { separators } from "./separators";

/**
 * A figure of a column: `decimals` is what its longest neighbour has. Missing decimals are left blank, so that the
 * points of a column stand under each other and nothing is shown that the book does not say.
 */
export function Aligned({ decimal, decimals }: { decimal: string; decimals: number }) {
  const own = writtenDecimals(decimal);
  const blank = decimals > own ? `${own ? "" : separators().decimal}${"0".repeat(decimals - own)}` : "";
  return (
    <span className="aligned" data-blank={blank}>
      {figure(decimal)}
    </span>
  );
}

/** The decimals of the longest of a column. */
export function longest(decimals: readonly string[]): number {
  return Math.max(0, ...decimals.map(writtenDecimals));
}
