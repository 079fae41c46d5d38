import { useQuery } from "@tanstack/react-query";

import { answered, api } from "../../api/client";
import type { Balance } from "../../api/types";
import { figure } from "../../design/figures";
import { Empty, Panel } from "../../design/panel";
import { type Column, Table } from "../../design/table";
import { balancesKey, useRefreshOn } from "./live";

const columns: Column<Balance>[] = [
  { title: "Asset", cell: (balance) => <span className="font-medium">{balance.asset}</span> },
  { title: "Total", figure: true, cell: (balance) => figure(balance.total) },
  { title: "Available", figure: true, cell: (balance) => figure(balance.available) },
  { title: "Held", figure: true, cell: (balance) => figure(balance.held) },
];

/** What the account owns, and how much of it is set aside for open orders. */
export function Balances({ accountId }: { accountId: string }) {
  useRefreshOn("balances", balancesKey(accountId));
  const { data = [], isSuccess } = useQuery({
    queryKey: balancesKey(accountId),
    queryFn: async () =>
      answered(
        await api.GET("/v1/accounts/{account_id}/balances", { params: { path: { account_id: accountId } } }),
      ).items,
  });
  return (
    <Panel title="Balances">
      {isSuccess && data.length === 0 ? (
        <Empty>Nothing yet. Deposit to begin.</Empty>
      ) : (
        <Table caption="Balances" columns={columns} rows={data} rowKey={(balance) => balance.asset} />
      )}
    </Panel>
  );
}
