import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { useAccounts } from "../../api/accounts";
import { useMay } from "../../api/me";
import type { Account } from "../../api/types";
import { standingOf, useVenuesHealth, type VenueHealth } from "../../api/venues";
import { Button } from "../../design/controls";
import { Empty, Panel } from "../../design/panel";
import { type Column, SaveAsCsv, Table } from "../../design/table";
import { type Times, useTimes } from "../../design/times";
import { venueName } from "../../design/venue-names";
import { Loaded } from "./loaded";
import { OpenAccount } from "./open-account";
import { type Party, useParties } from "./queries";
import { stages } from "./venues/stages";

/** The accounts of the book, and opening another one. */
export function Accounts() {
  const accounts = useAccounts();
  const parties = useParties().data ?? [];
  const mayManage = useMay("manage");
  const mayConnect = useMay("admin");
  const health = useVenuesHealth().data ?? [];
  const times = useTimes();
  const [isOpening, setOpening] = useState(false);
  const columns = columnsOf(parties, times, health);
  return (
    <Panel
      title="Accounts"
      aside={
        <div className="flex items-center gap-1">
          {accounts.data && <SaveAsCsv name="accounts" columns={columns} rows={() => accounts.data} />}
          {mayConnect && (
            <Link
              to="/connect"
              className="flex h-6 items-center rounded-control border border-line px-2 text-xs font-medium text-muted hover:border-muted hover:text-text touch:h-10 touch:px-3 touch:text-sm"
            >
              Connect<span className="max-sm:sr-only">&nbsp;an account</span>
            </Link>
          )}
          {mayManage && (
            <Button
              size="small"
              onClick={() => {
                setOpening(true);
              }}
            >
              Open<span className="max-sm:sr-only"> a paper account</span>
            </Button>
          )}
        </div>
      }
    >
      <Loaded query={accounts}>
        {(all) =>
          all.length ? (
            <Table caption="Accounts" columns={columns} rows={all} rowKey={(account) => account.account_id} />
          ) : (
            <Empty title="No accounts">
              {mayManage
                ? "A paper account trades against real or simulated prices with money that is not real."
                : "Opening one needs the scope “manage”; an admin can give it to you."}
            </Empty>
          )
        }
      </Loaded>
      {!mayManage && (
        <p className="border-t border-line px-4 py-2.5 text-sm text-muted">
          Opening one needs the scope “manage”.
        </p>
      )}
      {isOpening && (
        <OpenAccount
          parties={parties}
          onClose={() => {
            setOpening(false);
          }}
        />
      )}
    </Panel>
  );
}

function columnsOf(parties: Party[], times: Times, health: VenueHealth[]): Column<Account>[] {
  const partyOf = (account: Account) => parties.find((each) => each.id === account.party_id)?.name ?? "";
  const connectionOf = (account: Account) => {
    const stage = standingOf(health, account.account_id)?.stage;
    return account.paper ? "" : (stages.find((each) => each.stage === stage)?.title ?? "Connect");
  };
  return [
    { title: "Name", text: (account) => account.name, cell: (account) => account.name },
    {
      title: "Kind",
      text: (account) => (account.paper ? "paper" : "live"),
      cell: (account) =>
        account.paper ? (
          <span className="rounded-full border border-attention/60 px-1.5 text-xs text-attention">paper</span>
        ) : (
          <span className="rounded-full bg-loss px-1.5 text-xs font-semibold text-on-loss">live</span>
        ),
    },
    {
      title: "Venue",
      wide: true,
      text: (account) => account.venue,
      cell: (account) => venueName(account.venue),
    },
    {
      title: "Connection",
      text: connectionOf,
      cell: (account) =>
        account.paper ? null : (
          <Link
            to="/connect/$accountId"
            params={{ accountId: account.account_id }}
            className="text-accent underline"
          >
            {connectionOf(account)}
            <span className="sr-only"> of {account.name}</span>
          </Link>
        ),
    },
    {
      title: "Compared",
      wide: true,
      cell: (account) =>
        account.paper ? null : (
          <Link
            to="/reconciliation/$accountId"
            params={{ accountId: account.account_id }}
            className="text-accent underline"
          >
            Reconciliation<span className="sr-only"> of {account.name}</span>
          </Link>
        ),
    },
    { title: "In", text: (account) => account.base_asset, cell: (account) => account.base_asset },
    { title: "Party", wide: true, text: partyOf, cell: partyOf },
    {
      title: "State",
      text: (account) => account.state,
      cell: (account) => (
        <span
          className={account.state === "active" ? "text-muted" : "text-attention"}
          title={account.state_reason || undefined}
        >
          {account.state}
        </span>
      ),
    },
    {
      title: "Opened",
      wide: true,
      text: (account) => account.created_at,
      cell: (account) => <span className="text-muted">{times.date(account.created_at)}</span>,
    },
  ];
}
