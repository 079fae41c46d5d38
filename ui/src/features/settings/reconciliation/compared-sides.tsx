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

/** Both sides of every asset, with what they differ by. */
export function Balances({ balances }: { balances: readonly ComparedAsset[] }) {
  return (
    <Sides of="Asset" caption="Balances that were compared" rows={balances} nameOf={(each) => each.asset} />
  );
}

/** Both sides of every contract that is open with either. */
export function Positions({ positions }: { positions: readonly ComparedPosition[] }) {
  return (
    <Sides of="Position" caption="Positions that were compared" rows={positions} nameOf={nameOfPosition} />
  );
}

function nameOfPosition({ instrument, position_side }: ComparedPosition): string {
  return position_side === "net" ? instrument : `${instrument}, ${position_side}`;
}

interface SidesProps<Row extends Compared> {
  of: string;
  caption: string;
  rows: readonly Row[];
  nameOf: (row: Row) => string;
}

function Sides<Row extends Compared>({ of, caption, rows, nameOf }: SidesProps<Row>) {
  if (!rows.length) return null;
  const columns = (["venue", "book", "difference"] as const).map((name) => ({
    name,
    decimals: longest(rows.map((each) => each[name])),
  }));
  return (
    <div role="region" aria-label={caption} tabIndex={0} className="overflow-x-auto border-t border-line">
      <table className="w-full text-sm tabular-nums">
        <caption className="sr-only">{caption}</caption>
        <thead className="text-xs text-muted">
          <tr>
            <th scope="col" className="h-8 pl-4 text-left font-medium">
              {of}
            </th>
            <th scope="col" className="px-2 text-right font-medium">
              Venue
            </th>
            <th scope="col" className="px-2 text-right font-medium">
              Book
            </th>
            <th scope="col" className="pr-4 pl-2 text-right font-medium">
              Difference
            </th>
          </tr>
        </thead>
        <tbody>
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
      </table>
    </div>
  );
}
