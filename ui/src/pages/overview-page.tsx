import { useAccount, useAccounts } from "../api/accounts";
import type { Account } from "../api/types";
import { useWorthFollows } from "../api/worth";
import { Button, Problem } from "../design/controls";
import { Skeleton } from "../design/panel";
import { Holdings } from "../features/overview/holdings";
import { NeedsAttention } from "../features/overview/needs-attention";
import { NetWorth } from "../features/overview/net-worth";
import { OpenRisk } from "../features/overview/open-risk";
import { RecentActivity } from "../features/overview/recent-activity";
import { TourInvitation } from "../features/welcome/tour-invitation";
import { Welcome } from "../features/welcome/welcome";

/** How one stands. */
export function OverviewPage() {
  const { isPending, isSuccess, error, refetch } = useAccounts();
  const account = useAccount();
  return (
    <div className="mx-auto w-full max-w-[1400px] p-4 sm:p-6">
      {isPending && <Skeleton rows={8} />}
      {error && !account && (
        <div className="space-y-2">
          <Problem title="The accounts could not be read">{error.message}</Problem>
          <Button tone="quiet" onClick={() => void refetch()}>
            Try again
          </Button>
        </div>
      )}
      {isSuccess && !account && <Welcome />}
      {account && <Standing key={account.account_id} account={account} />}
    </div>
  );
}

/** Of two beside each other; where there is room for one, what asks for attention comes before the tables. */
const column = "contents lg:flex lg:flex-col lg:gap-5";

function Standing({ account }: { account: Account }) {
  useWorthFollows(account.account_id);
  return (
    <div className="grid gap-x-6 gap-y-5 lg:grid-cols-[minmax(0,1fr)_360px]">
      <TourInvitation className="lg:col-span-2" />
      <div className={column}>
        <NetWorth account={account} />
        <Holdings account={account} className="max-lg:order-1" />
      </div>
      <div className={column}>
        <NeedsAttention account={account} />
        <OpenRisk account={account} />
        <RecentActivity account={account} className="max-lg:order-1" />
      </div>
    </div>
  );
}
