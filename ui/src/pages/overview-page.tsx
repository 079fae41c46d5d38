import { useAccount, useAccounts } from "../api/accounts";
import { Skeleton } from "../design/panel";
import { Balances } from "../features/trading/balances";
import { FirstAccount } from "../features/trading/first-account";

/** How one stands. */
export function OverviewPage() {
  const { isPending, isSuccess } = useAccounts();
  const account = useAccount();
  return (
    <div className="mx-auto w-full max-w-5xl space-y-4 p-4">
      {isPending && <Skeleton rows={6} />}
      {isSuccess && !account && <FirstAccount />}
      {account && <Balances key={account.account_id} accountId={account.account_id} />}
    </div>
  );
}
