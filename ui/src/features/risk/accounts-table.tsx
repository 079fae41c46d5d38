import type { Account } from "../../api/types";
import {
  accountsValuedMax,
  dayPnl,
  decimalsShown,
  drawdownOf,
  type Standing,
  useWorths,
  type Valuation,
} from "../../api/worth";
import { rounded } from "../../design/decimals";
import { Explained } from "../../design/explained";
import { figure, percent, signed } from "../../design/figures";
import { Panel } from "../../design/panel";
import { type Column, SaveAsCsv, Table } from "../../design/table";
import { usePreferences } from "../../state/preferences";
import { stateWords } from "./account-state";

interface Row {
  account: Account;
  valuation: Valuation | undefined;
  standing: Standing | undefined;
}

/** Every account at a glance; pressing one shows its limits. */
export function AccountsTable({ accounts, chosenId }: { accounts: Account[]; chosenId: string }) {
  const prefer = usePreferences((preferences) => preferences.prefer);
  const worths = useWorths(accounts.map((each) => each.account_id));
  const rows = accounts.map((account): Row => {
    const worth = worths.find((each) => each.accountId === account.account_id && !each.isOld);
    return { account, valuation: worth?.valuation, standing: worth?.standing };
  });
  const columns = columnsOf((accountId) => {
    prefer({ accountId });
  }, chosenId);
  return (
    <Panel
      title="Accounts"
      aside={
        <div className="flex items-center gap-3">
          {accounts.length > accountsValuedMax && <span>The first {accountsValuedMax} are valued</span>}
          <SaveAsCsv name="accounts" columns={columns} rows={() => rows} />
        </div>
      }
    >
      <Table
        caption="Accounts"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.account.account_id}
        rowClass={(row) => (row.account.account_id === chosenId ? "bg-raised/60" : "")}
      />
    </Panel>
  );
}

const pending = <span className="text-muted">…</span>;

function columnsOf(choose: (accountId: string) => void, chosenId: string): Column<Row>[] {
  const day = ({ valuation, standing }: Row) => valuation && dayPnl(valuation.equity, standing);
  const fall = ({ valuation, standing }: Row) => valuation && drawdownOf(valuation.equity, standing);
  return [
    {
      title: "Account",
      cell: ({ account }) => (
        <button
          type="button"
          aria-pressed={account.account_id === chosenId}
          className="figure cursor-pointer font-medium hover:underline touch:min-h-10"
          onClick={() => {
            choose(account.account_id);
          }}
        >
          {account.name}
        </button>
      ),
      text: ({ account }) => account.name,
    },
    {
      title: "State",
      cell: ({ account }) => (
        <span className="inline-flex items-center gap-2" title={account.state_reason}>
          <span aria-hidden className={`size-2 rounded-full ${stateWords[account.state].mark}`} />
          {account.state}
        </span>
      ),
      text: ({ account }) => account.state,
    },
    {
      title: "Equity",
      figure: true,
      cell: ({ account, valuation }) =>
        valuation ? (
          <Explained of={`equity:${account.account_id}:equity`}>
            {figure(
              rounded(valuation.equity, decimalsShown(account.base_asset)),
              decimalsShown(account.base_asset),
            )}
          </Explained>
        ) : (
          pending
        ),
      text: ({ valuation }) => valuation?.equity ?? "",
    },
    {
      title: "Asset",
      wide: true,
      cell: ({ account }) => account.base_asset,
      text: ({ account }) => account.base_asset,
    },
    {
      title: "Today",
      figure: true,
      cell: (row) => {
        const change = day(row);
        if (!change) return pending;
        const amount = rounded(change.amount, decimalsShown(row.account.base_asset));
        const tone = !/[1-9]/.test(amount)
          ? "text-muted"
          : amount.startsWith("-")
            ? "text-loss"
            : "text-gain";
        return (
          <Explained of={`equity:${row.account.account_id}:day_pnl`}>
            <span className={tone}>{signed(amount, decimalsShown(row.account.base_asset))}</span>
          </Explained>
        );
      },
      text: (row) => day(row)?.amount ?? "",
    },
    {
      title: "Drawdown",
      figure: true,
      wide: true,
      cell: (row) => {
        const fallen = fall(row);
        return fallen ? (
          <Explained of={`equity:${row.account.account_id}:drawdown`}>{percent(fallen)}</Explained>
        ) : (
          pending
        );
      },
      text: (row) => fall(row) ?? "",
    },
  ];
}
