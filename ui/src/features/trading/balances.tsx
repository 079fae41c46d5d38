import { Aligned, longest } from "../../design/figure";
import { Empty, Panel, Skeleton } from "../../design/panel";
import { type Column, Table } from "../../design/table";
import type { Balance } from "../../api/types";
import { useBalances } from "../../api/book";

const figures = [
  ["Total", "total"],
  ["Available", "available"],
  ["Held", "held"],
] as const;

/** What the account owns, and how much of it is set aside for open orders. */
export function Balances({ accountId, className = "" }: { accountId: string; className?: string }) {
  const balances = useBalances(accountId);
  const columns: Column<Balance>[] = [
    { title: "Asset", cell: (balance) => <span className="font-medium">{balance.asset}</span> },
    ...figures.map(([title, field]) => {
      const decimals = longest((balances ?? []).map((balance) => balance[field]));
      return {
        title,
        figure: true,
        // Where there is little room: what can be used and what cannot, rather than their sum.
        wide: field === "total",
        cell: (balance: Balance) => (
          <span className={balance[field] === "0" ? "text-muted" : ""}>
            <Aligned decimal={balance[field]} decimals={decimals} />
          </span>
        ),
      };
    }),
  ];
  return (
    <Panel title="Balances" className={className}>
      {!balances && <Skeleton />}
      {balances?.length === 0 && <Empty title="No money yet">Deposit to begin.</Empty>}
      {balances && balances.length > 0 && (
        <Table caption="Balances" columns={columns} rows={balances} rowKey={(balance) => balance.asset} />
      )}
    </Panel>
  );
}
