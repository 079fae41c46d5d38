import type { components } from "../../api/generated/schema";
import { Problem } from "../../design/controls";
import { plus } from "../../design/decimals";
import { Aligned, longest } from "../../design/figure";
import { figure } from "../../design/figures";
import { Skeleton } from "../../design/panel";
import { type Column, SaveAsCsv } from "../../design/table";
import { usePostings } from "./queries";
import { Section } from "./section";

type Posting = components["schemas"]["Posting"];

const fileColumns: Column<Posting>[] = [
  { title: "Event", cell: () => null, text: (each) => each.position },
  { title: "Line", cell: () => null, text: (each) => String(each.line) },
  { title: "Recorded", cell: () => null, text: (each) => each.recorded_at },
  { title: "Account", cell: () => null, text: (each) => each.ledger_account },
  { title: "Asset", cell: () => null, text: (each) => each.asset },
  { title: "Amount", cell: () => null, text: (each) => each.amount },
];

/** Where money moved: every posting of the event, and that each asset sums to zero. */
export function EventPostings({ accountId, position }: { accountId: string; position: string }) {
  const { data: postings, error, isPending } = usePostings(accountId, position);
  const lines = [...(postings ?? [])].reverse();
  const sums = new Map<string, string>();
  for (const { asset, amount } of lines) sums.set(asset, plus(sums.get(asset) ?? "0", amount));
  const decimals = longest(lines.map((each) => each.amount));
  return (
    <Section
      title="Postings"
      aside={
        lines.length > 0 && (
          <SaveAsCsv name={`postings of event ${position}`} columns={fileColumns} rows={() => lines} />
        )
      }
    >
      {isPending && <Skeleton rows={3} />}
      {error && <Problem>{error.message}</Problem>}
      {postings?.length === 0 && <p className="text-sm text-muted">It moved no money.</p>}
      {lines.length > 0 && (
        <table className="w-full text-sm tabular-nums">
          <caption className="sr-only">Postings of the event</caption>
          <thead className="text-left text-xs text-muted">
            <tr>
              <th scope="col" className="py-1 font-medium">
                Account
              </th>
              <th scope="col" className="font-medium">
                Asset
              </th>
              <th scope="col" className="text-right font-medium">
                Amount
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((each) => (
              <tr key={each.line} className="border-t border-line/60">
                <td className="py-1">{each.ledger_account}</td>
                <td>{each.asset}</td>
                <td className="text-right">
                  <Aligned decimal={each.amount} decimals={decimals} />
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            {[...sums].map(([asset, sum]) => (
              <tr key={asset} className="border-t border-line font-medium">
                <th scope="row" className="py-1 text-left font-medium">
                  Sum
                </th>
                <td>{asset}</td>
                <td className={`text-right ${/[1-9]/.test(sum) ? "text-loss" : ""}`}>
                  <Aligned decimal={/[1-9]/.test(sum) ? sum : figure("0")} decimals={decimals} />
                </td>
              </tr>
            ))}
          </tfoot>
        </table>
      )}
    </Section>
  );
}
