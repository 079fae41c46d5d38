import { useRouterState } from "@tanstack/react-router";

import { Reconciliation } from "../features/settings/reconciliation/reconciliation";

/** How an account compares with its venue; the address names the account. */
export function ReconciliationPage() {
  const accountId = useRouterState({ select: ({ location }) => location.pathname.split("/")[2] ?? "" });
  return (
    <div className="mx-auto w-full max-w-3xl space-y-6 px-4 py-6 sm:py-10">
      <Reconciliation key={accountId} accountId={accountId} />
    </div>
  );
}
