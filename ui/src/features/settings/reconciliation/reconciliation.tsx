import { Link } from "@tanstack/react-router";

import { useAccounts } from "../../../api/accounts";
import {
  type Reconciliation as Report,
  useCompareNow,
  useDifferences,
  useReconciliation,
} from "../../../api/differences";
import type { Account } from "../../../api/types";
import { Button, Problem } from "../../../design/controls";
import { Empty, Panel } from "../../../design/panel";
import { useTimes } from "../../../design/times";
import { sentence } from "../../../design/words";
import { Loaded } from "../loaded";
import { State } from "../state";
import { guideOf } from "../venues/guides";
import { stages } from "../venues/stages";
import { ClosedDifferences } from "./closed-differences";
import { agreement, ComparedSides } from "./compared-sides";
import { OpenDifferences } from "./open-differences";

/** How one account's book compares with its venue, and deciding about what does not fit. */
export function Reconciliation({ accountId }: { accountId: string }) {
  const accounts = useAccounts();
  const report = useReconciliation(accountId);
  const differences = useDifferences(accountId);
  const account = accounts.data?.find((each) => each.account_id === accountId);
  return (
    <>
      <header className="space-y-1">
        <h2 className="text-2xl font-semibold tracking-tight">Reconciliation</h2>
        <p className="text-muted">
          {account
            ? `${account.name}: what ${placeOf(account)} says, held against this book.`
            : "Venue against book."}
        </p>
      </header>
      {accounts.isSuccess && !account ? (
        <Panel title="Reconciliation">
          <Empty title="There is no such account">
            <Link to="/settings/$section" params={{ section: "venues" }} className="text-accent underline">
              To the venues
            </Link>
          </Empty>
        </Panel>
      ) : (
        <>
          <Panel
            title="Last comparison"
            aside={account && !account.paper && <ToConnection account={account} />}
          >
            <Loaded query={report} rows={4}>
              {(told) => <Compared report={told} />}
            </Loaded>
            {report.data?.stage && <CompareNow accountId={accountId} />}
          </Panel>
          {differences.data === undefined ? (
            <Panel title="Waiting for a decision">
              <Loaded query={differences}>{() => null}</Loaded>
            </Panel>
          ) : (
            <>
              <OpenDifferences differences={differences.data.filter((each) => each.status === "open")} />
              <ClosedDifferences differences={differences.data.filter((each) => each.status !== "open")} />
            </>
          )}
        </>
      )}
    </>
  );
}

function placeOf({ paper, venue }: Account): string {
  return paper ? "the paper venue" : guideOf(venue).title || venue;
}

function ToConnection({ account }: { account: Account }) {
  return (
    <Link
      to="/connect/$accountId"
      params={{ accountId: account.account_id }}
      className="text-sm text-accent hover:underline"
    >
      Its connection
    </Link>
  );
}

function Compared({ report }: { report: Report }) {
  const times = useTimes();
  const { stage, problem, compared_at, balances, positions } = report;
  const isTrading = stage === "trading";
  return (
    <>
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 px-4 py-3">
        <p>
          {compared_at ? (
            <>
              <span className="font-medium">{agreement(balances, positions)}</span>
              <span className="text-sm text-muted">
                , <time dateTime={compared_at}>{times.full(compared_at)}</time>
              </span>
            </>
          ) : (
            <span className="text-muted">Nothing was compared since the server started.</span>
          )}
        </p>
        {stage ? (
          <State state={isTrading ? "ok" : "degraded"}>
            {stages.find((each) => each.stage === stage)?.title}
          </State>
        ) : (
          <span className="text-sm text-muted">Not connected</span>
        )}
      </div>
      {problem && (
        <p className="px-4 pb-3 text-sm text-attention wrap-anywhere" role="status">
          {sentence(problem)} It is tried again by itself.
        </p>
      )}
      <ComparedSides balances={balances} positions={positions} />
    </>
  );
}

/** The next comparison need not be waited for. */
function CompareNow({ accountId }: { accountId: string }) {
  const comparing = useCompareNow(accountId);
  return (
    <div className="space-y-3 border-t border-line px-4 py-2.5">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-xs text-muted">
          Orders, fills, balances and positions are compared when the account connects, after every break, and
          once a minute.
        </p>
        <Button
          tone="quiet"
          size="small"
          disabled={comparing.isPending}
          onClick={() => {
            comparing.mutate();
          }}
        >
          {comparing.isPending ? "Comparing …" : "Compare now"}
        </Button>
      </div>
      {comparing.error && <Problem>{comparing.error.message}</Problem>}
    </div>
  );
}
