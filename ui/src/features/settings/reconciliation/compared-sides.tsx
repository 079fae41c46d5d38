import type { Reconciliation } from "../../../api/differences";
import { Aligned, longest } from "../../../design/figure";

type ComparedAsset = Reconciliation["balances"][number];
type ComparedPosition = Reconciliation["positions"][number];
type Compared = ComparedAsset | ComparedPosition;

const differs = (each: Compared) => each.difference !== "0";

/** "All of it agrees: 3 assets, 1 position", or how many do not. */
export function agreement(
  balances: readonly ComparedAsset[],
  positions: readonly ComparedPosition[],
): string {
  const kinds = [
    { each: balances, one: "asset", many: "assets" },
    { each: positions, one: "position", many: "positions" },
  ].filter(({ each }) => each.length);
  if (!kinds.length) return "Neither had anything";
  const apart = kinds.filter(({ each }) => each.some(differs));
  const counted = (kind: (typeof kinds)[number]) =>
    `${kind.each.length} ${kind.each.length === 1 ? kind.one : kind.many}`;
  if (!apart.length) return `All of it agrees: ${kinds.map(counted).join(", ")}`;
  return apart
    .map((kind) => {
      const count = kind.each.filter(differs).length;
      return `${count} of ${counted(kind)} ${count === 1 ? "differs" : "differ"}`;
    })
    .join(", ");
}

/** Both sides of every asset, and of every contract that is open with either. */
export function ComparedSides({ balances, positions }: Pick<Reconciliation, "balances" | "positions">) {
  if (!balances.length && !positions.length) return null;
  return (
    <div
      role="region"
      aria-label="What was compared"
      tabIndex={0}
      className="overflow-x-auto border-t border-line"
    >
      <table className="w-full text-sm tabular-nums">
        <caption className="sr-only">What was compared</caption>
        <Sides of="Asset" rows={balances} nameOf={(each) => each.asset} />
        <Sides of="Position" rows={positions} nameOf={nameOfPosition} />
      </table>
    </div>
  );
}

function nameOfPosition({ instrument, position_side }: ComparedPosition): string {
  return position_side === "net" ? instrument : `${instrument}, ${position_side}`;
}

interface SidesProps<Row extends Compared> {
  of: string;
  rows: readonly Row[];
  nameOf: (row: Row) => string;
}

function Sides<Row extends Compared>({ of, rows, nameOf }: SidesProps<Row>) {
  if (!rows.length) return null;
  const columns = (["venue", "book", "difference"] as const).map((name) => ({
    name,
    decimals: longest(rows.map((each) => each[name])),
  }));
  return (
    <tbody className="border-t border-line first-of-type:border-t-0">
      <tr className="text-xs text-muted">
        {[of, "Venue", "Book", "Difference"].map((heading) => (
          <th
            key={heading}
            scope="col"
            className="h-8 px-2 text-right font-medium first:pl-4 first:text-left last:pr-4"
          >
            {heading}
          </th>
        ))}
      </tr>
      {rows.map((each) => (
        <tr key={nameOf(each)} className="border-t border-line/60">
          <th scope="row" className="h-9 pl-4 text-left font-medium">
            {nameOf(each)}
          </th>
          {columns.map(({ name, decimals }) => (
            <td
              key={name}
              className={`px-2 text-right last:pr-4 ${name !== "difference" ? "" : differs(each) ? "font-medium text-attention" : "text-muted"}`}
            >
              <Aligned decimal={each[name]} decimals={decimals} />
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  );
}
