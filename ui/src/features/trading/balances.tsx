import type { Balance } from "../../api/types";
import { Explained } from "../../design/explained";
import { Aligned, longest } from "../../design/figure";
import { Empty } from "../../design/panel";
import { type Column, SaveAsCsv, Table } from "../../design/table";
import { useBalancesShown } from "./book-at";
import { Rows } from "./rows";
import { Tools } from "./tools";

const figures = [
  ["Total", "total"],
  ["Available", "available"],
  ["Held", "held"],
] as const;

function balanceColumns(balances: Balance[]): Column<Balance>[] {
  return [
    {
      title: "Asset",
      cell: (balance) => <span className="font-medium">{balance.asset}</span>,
      text: (balance) => balance.asset,
    },
    ...figures.map(([title, field]) => {
      const decimals = longest(balances.map((balance) => balance[field]));
      return {
        title,
        figure: true,
        // Where there is little room: what can be used and what cannot, rather than their sum.
        wide: field === "total",
        cell: (balance: Balance) => (
          <Explained of={`balance:${balance.account_id}:${balance.asset}:${field}`}>
            <span className={balance[field] === "0" ? "text-muted" : ""}>
              <Aligned decimal={balance[field]} decimals={decimals} />
            </span>
          </Explained>
        ),
        text: (balance: Balance) => balance[field],
      };
    }),
  ];
}

/** What the account owns, and how much of it is set aside for open orders. */
export function BalanceTable({ accountId }: { accountId: string }) {
  const shown = useBalancesShown(accountId);
  const columns = balanceColumns(shown.rows ?? []);
  return (
    <Rows {...shown}>
      {(balances) =>
        balances.length ? (
          <>
            <Tools>
              <SaveAsCsv name="balances" columns={columns} rows={() => balances} />
            </Tools>
            <Table caption="Balances" columns={columns} rows={balances} rowKey={(balance) => balance.asset} />
          </>
        ) : (
          <Empty title="No money yet">Deposit to begin.</Empty>
        )
      }
    </Rows>
  );
}
