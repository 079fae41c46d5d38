import { ChevronDown } from "lucide-react";
import { useMemo } from "react";

import { useAccount, useAccounts } from "../../api/accounts";
import { Menu, MenuChoice } from "../../design/menu";
import { type Command, useOffer } from "../../state/commands";
import { usePreferences } from "../../state/preferences";

/** Which account the pages are about, and, unmistakably, whether its money is real. */
export function AccountSwitcher() {
  const account = useAccount();
  const { data: accounts } = useAccounts();
  const prefer = usePreferences((preferences) => preferences.prefer);
  const offered = useMemo<Command[]>(
    () =>
      (accounts ?? []).map((each) => ({
        id: `account ${each.account_id}`,
        title: `Account ${each.name}`,
        group: "Account",
        run: () => {
          prefer({ accountId: each.account_id });
        },
      })),
    [accounts, prefer],
  );
  useOffer(offered);
  if (!account || !accounts) return null;
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex h-8 min-w-0 cursor-pointer items-center gap-2 rounded-control border border-line px-2 text-sm hover:border-muted max-sm:gap-1 max-sm:px-1.5 touch:h-10"
        >
          <Badge isPaper={account.paper} />
          {/* One above the other on phones: beside it, the state would leave the name no room. */}
          <span className="flex min-w-0 items-center gap-2 max-sm:flex-col max-sm:items-start max-sm:gap-0 max-sm:leading-tight">
            <span className="max-w-full truncate sm:max-w-32">{account.name}</span>
            {account.state !== "active" && (
              <span className="shrink-0 text-xs text-attention">{account.state}</span>
            )}
          </span>
          <span className="sr-only">account</span>
          <ChevronDown aria-hidden className="size-3.5 shrink-0 text-muted" />
        </button>
      }
    >
      <MenuChoice
        label="Account"
        options={Object.fromEntries(
          accounts.map((each) => [
            each.account_id,
            <span key={each.account_id} className="flex items-center gap-2">
              {each.name} <Badge isPaper={each.paper} />
            </span>,
          ]),
        )}
        value={account.account_id}
        onChoose={(accountId) => {
          prefer({ accountId });
        }}
      />
    </Menu>
  );
}

/** Paper is outlined, real money is filled: told apart without colour. */
function Badge({ isPaper }: { isPaper: boolean }) {
  return isPaper ? (
    <span className="shrink-0 rounded-full border border-attention/60 px-1.5 text-xs text-attention">
      paper
    </span>
  ) : (
    <span className="shrink-0 rounded-full bg-loss px-1.5 text-xs font-semibold text-on-loss">live</span>
  );
}
