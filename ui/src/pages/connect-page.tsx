import { useNavigate, useRouterState } from "@tanstack/react-router";

import { ConnectAccount } from "../features/settings/venues/connect-account";

/** An account is connected to its venue, step by step. */
export function ConnectPage() {
  const accountId = useRouterState({ select: ({ location }) => location.pathname.split("/")[2] });
  const navigate = useNavigate();
  return (
    <div className="mx-auto w-full max-w-3xl space-y-6 px-4 py-6 sm:py-10">
      <ConnectAccount
        accountId={accountId}
        onOpened={(opened) => {
          void navigate({ to: "/connect/$accountId", params: { accountId: opened } });
        }}
      />
    </div>
  );
}
