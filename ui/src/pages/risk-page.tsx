import { useAccount } from "../api/accounts";
import { Limits } from "../features/risk/limits";

/** What the account may do, and how much of it is used. */
export function RiskPage() {
  const account = useAccount();
  return (
    <div className="mx-auto w-full max-w-5xl space-y-4 p-4">
      {account && <Limits key={account.account_id} accountId={account.account_id} />}
    </div>
  );
}
