import { useState } from "react";

import { useLink, useLiveConnection } from "../api/live";
import { useSession } from "../api/session";
import { Button, Choice } from "../design/controls";
import { Quotes, useInstruments } from "../features/market/quotes";
import { FirstAccount, useAccounts } from "../features/trading/account";
import { Balances } from "../features/trading/balances";
import { Orders } from "../features/trading/orders";
import { Ticket } from "../features/trading/ticket";

/** Live quotes, a ticket, balances and orders of one account. */
export function DeskPage() {
  useLiveConnection();
  const { data: accounts, isSuccess } = useAccounts();
  const { data: instruments = [] } = useInstruments();
  const [accountId, setAccountId] = useState("");
  const [instrument, setInstrument] = useState("");
  const account = accounts?.find((each) => each.account_id === accountId) ?? accounts?.[0];
  const chosen = instrument || (instruments[0]?.instrument_id ?? "");
  return (
    <div className="mx-auto max-w-[1600px] space-y-4 p-4">
      <header className="flex flex-wrap items-end justify-between gap-4">
        <div className="flex items-center gap-3">
          <img src="/icon.svg" alt="" className="size-8" />
          <h1 className="text-lg font-semibold">Tradebook</h1>
          {account && (
            <span className="rounded-full border border-attention/50 px-2 py-0.5 text-xs text-attention">
              {account.paper ? "paper" : "live"}
            </span>
          )}
        </div>
        <div className="flex items-end gap-3">
          <LinkState />
          {accounts && accounts.length > 1 && account && (
            <Choice
              label="Account"
              value={account.account_id}
              onChange={(event) => {
                setAccountId(event.target.value);
              }}
            >
              {accounts.map((each) => (
                <option key={each.account_id} value={each.account_id}>
                  {each.name}
                </option>
              ))}
            </Choice>
          )}
          <SignOut />
        </div>
      </header>
      <main className="grid gap-4 lg:grid-cols-[minmax(280px,360px)_1fr]">
        <div className="space-y-4">
          <Quotes chosen={chosen} onChoose={setInstrument} />
          {account && chosen && <Ticket accountId={account.account_id} instrument={chosen} />}
        </div>
        <div className="min-w-0 space-y-4">
          {isSuccess && !account && <FirstAccount />}
          {account && <Balances accountId={account.account_id} />}
          {account && <Orders accountId={account.account_id} />}
        </div>
      </main>
    </div>
  );
}

const linkWords = { connecting: "connecting", live: "live", offline: "offline, trying again" };

function LinkState() {
  const state = useLink((link) => link.state);
  return (
    <p role="status" className="flex items-center gap-2 py-2 text-xs text-muted">
      <span aria-hidden className={`size-2 rounded-full ${state === "live" ? "bg-gain" : "bg-attention"}`} />
      {linkWords[state]}
    </p>
  );
}

function SignOut() {
  const signOut = useSession((session) => session.signOut);
  return (
    <Button tone="quiet" onClick={signOut}>
      Sign out
    </Button>
  );
}
