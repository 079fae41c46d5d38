import type { Reconciliation } from "../../../api/differences";
import { Aligned, longest } from "../../../design/figure";

type Compared = Reconciliation["balances"][number];

const differs = (each: Compared) => each.difference !== "0";

/** "All 3 assets agree", or how many do not. */
export function agreement(balances: readonly Compared[]): string {
  const count = balances.filter(differs).length;
  const all = `${balances.length} ${balances.length === 1 ? "asset" : "assets"}`;
  if (!balances.length) return "Neither had anything";
  return count ? `${count} of ${all} ${count === 1 ? "differs" : "differ"}` : `All of it agrees: ${all}`;
}

/** Both sides of every asset, with what they differ by. */
export function Balances({ balances }: { balances: readonly Compared[] }) {
  if (!balances.length) return null;
  const columns = (["venue", "book", "difference"] as const).map((name) => ({
    name,
    decimals: longest(balances.map((each) => each[name])),
  }));
  return (
    <div
      role="region"
      aria-label="What was compared"
      tabIndex={0}
      className="overflow-x-auto border-t border-line"
    >
      <table className="w-full text-sm tabular-nums">
        <caption className="sr-only">What was compared</caption>
        <thead className="text-xs text-muted">
          <tr>
            <th scope="col" className="h-8 pl-4 text-left font-medium">
              Asset
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
          {balances.map((each) => (
            <tr key={each.asset} className="border-t border-line/60">
              <th scope="row" className="h-9 pl-4 text-left font-medium">
                {each.asset}
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
