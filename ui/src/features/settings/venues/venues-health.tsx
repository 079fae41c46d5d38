import { Link } from "@tanstack/react-router";
import { Plug } from "lucide-react";

import { useAccounts } from "../../../api/accounts";
import type { components } from "../../../api/generated/schema";
import { useMay } from "../../../api/me";
import { type ConnectedAccount, useVenuesHealth, type VenueHealth } from "../../../api/venues";
import { useNow } from "../../../design/clock";
import { Empty, Panel } from "../../../design/panel";
import { duration } from "../../../design/times";
import { venueName } from "../../../design/venue-names";
import { Loaded } from "../loaded";
import { State } from "../state";
import { stages } from "./stages";

type Line = components["schemas"]["VenueConnection"];

/** How each venue is: what it says, the accounts at it, and the connections its prices come by. */
export function VenuesHealth() {
  const venues = useVenuesHealth();
  const mayConnect = useMay("admin");
  return (
    <>
      {mayConnect && (
        <div className="flex flex-wrap items-center justify-between gap-3 rounded-card border border-line bg-surface p-4">
          <p className="text-muted">Trade on an exchange with a key of your own that cannot withdraw.</p>
          <Link
            to="/connect"
            className="flex h-9 items-center gap-2 rounded-control bg-accent px-3 font-medium text-on-accent hover:brightness-110 touch:h-11"
          >
            <Plug aria-hidden className="size-4" />
            Connect an account
          </Link>
        </div>
      )}
      <Loaded query={venues} rows={4}>
        {(all) =>
          all.length ? (
            all.map((each) => <Venue key={each.venue} health={each} />)
          ) : (
            <Panel title="Venues">
              <Empty title="No venue">Each place where orders go stands here with how it is.</Empty>
            </Panel>
          )
        }
      </Loaded>
    </>
  );
}

function Venue({ health }: { health: VenueHealth }) {
  const isPaper = health.venue === "paper";
  return (
    <Panel title={venueName(health.venue)} aside={<State state={health.state} />}>
      <div className="divide-y divide-line">
        <p className="px-4 py-2.5 text-sm text-muted tabular-nums wrap-anywhere">
          {isPaper && health.state === "ok"
            ? "Orders meet the market’s own prices here; only the money is not real."
            : health.detail}
          {health.state === "failed" && (
            <span className="block text-text">
              It takes no orders until it answers; open orders stay known.
            </span>
          )}
        </p>
        {!isPaper && <Accounts accounts={health.accounts} />}
        {health.connections.length > 0 && <Lines lines={health.connections} />}
      </div>
    </Panel>
  );
}

function Accounts({ accounts }: { accounts: ConnectedAccount[] }) {
  const known = useAccounts().data ?? [];
  if (!accounts.length)
    return <p className="px-4 py-2.5 text-sm text-muted">No account of yours is connected here.</p>;
  return (
    <ul aria-label="Accounts" className="divide-y divide-line">
      {accounts.map(({ account_id, stage, problem }) => (
        <li
          key={account_id}
          className="grid items-baseline gap-x-6 gap-y-0.5 px-4 py-2.5 sm:grid-cols-[180px_1fr_auto]"
        >
          <Link
            to="/connect/$accountId"
            params={{ accountId: account_id }}
            className="text-accent hover:underline"
          >
            {known.find((each) => each.account_id === account_id)?.name ?? "An account"}
          </Link>
          <span className="text-sm text-muted wrap-anywhere">
            {problem || stages.find((each) => each.stage === stage)?.note}{" "}
            <Link
              to="/reconciliation/$accountId"
              params={{ accountId: account_id }}
              className="whitespace-nowrap text-accent underline"
            >
              Reconciliation
            </Link>
          </span>
          <State state={stage === "trading" ? "ok" : "degraded"}>
            {stages.find((each) => each.stage === stage)?.title}
          </State>
        </li>
      ))}
    </ul>
  );
}

function Lines({ lines }: { lines: Line[] }) {
  const now = useNow();
  return (
    <ul aria-label="Connections" className="divide-y divide-line">
      {lines.map(({ name, is_open, since, streams, losses, last_problem }) => (
        <li
          key={name}
          className="grid items-baseline gap-x-6 gap-y-0.5 px-4 py-2.5 sm:grid-cols-[180px_1fr_auto]"
        >
          <span className="wrap-anywhere">{name}</span>
          <span className="text-sm text-muted tabular-nums wrap-anywhere">
            {[
              `${streams} ${streams === 1 ? "stream" : "streams"}`,
              `${is_open ? "open" : "away"} for ${duration(now - Date.parse(since))}`,
              losses > 0 && `broke ${losses} ${losses === 1 ? "time" : "times"}`,
              last_problem && `last: ${last_problem}`,
            ]
              .filter(Boolean)
              .join(" · ")}
          </span>
          <State state={is_open ? "ok" : "degraded"}>{is_open ? "Open" : "Away"}</State>
        </li>
      ))}
    </ul>
  );
}
