import { useAccount, useAccounts } from "../api/accounts";
import { Button, Problem } from "../design/controls";
import { Empty, Skeleton } from "../design/panel";
import { AccountStatePanel } from "../features/risk/account-state";
import { AccountsTable } from "../features/risk/accounts-table";
import { Denials } from "../features/risk/denials";
import { LimitsPanel } from "../features/risk/limits";
import { RedButton } from "../features/risk/red-button";
import { useMoment } from "../state/moment";

/** What the accounts may do, how much of it is used, and the way to stop them. */
export function RiskPage() {
  const { data: accounts, isPending, error, refetch } = useAccounts();
  const account = useAccount();
  const asOf = useMoment((moment) => moment.asOf);
  return (
    <div className="mx-auto w-full max-w-6xl space-y-5 p-4 sm:p-6">
      {asOf && (
        <p className="rounded-control border border-attention/50 bg-attention/10 px-4 py-2.5">
          Equity is as of event {asOf}; states and limits are those of now.
        </p>
      )}
      {isPending && <Skeleton rows={10} />}
      {error && !accounts && (
        <div className="space-y-2">
          <Problem title="The accounts could not be read">{error.message}</Problem>
          <Button tone="quiet" onClick={() => void refetch()}>
            Try again
          </Button>
        </div>
      )}
      {accounts?.length === 0 && (
        <Empty title="No account yet">Its limits will stand here as soon as there is one.</Empty>
      )}
      {accounts && account && (
        <>
          <RedButton accounts={accounts} />
          {accounts.length > 1 && <AccountsTable accounts={accounts} chosenId={account.account_id} />}
          <div key={account.account_id} className="space-y-5">
            <h2 className="flex items-baseline gap-3 text-xl font-semibold">{account.name}</h2>
            <AccountStatePanel account={account} />
            <LimitsPanel account={account} />
            <Denials account={account} />
          </div>
        </>
      )}
    </div>
  );
}
