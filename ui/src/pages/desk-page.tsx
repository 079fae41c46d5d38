import { useState } from "react";

import type { Instrument } from "../api/types";
import { useLiveConnection } from "../api/live";
import { Choice } from "../design/controls";
import { Skeleton } from "../design/panel";
import { useInstruments } from "../features/market/instruments";
import { useQuote } from "../features/market/quote";
import { Quotes } from "../features/market/quotes";
import { CutOff, LinkState } from "../features/session/link-state";
import { SignOut } from "../features/session/sign-out";
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
  const [instrumentId, setInstrumentId] = useState("");
  const account = accounts?.find((each) => each.account_id === accountId) ?? accounts?.[0];
  const chosen = instruments.find((each) => each.instrument_id === instrumentId) ?? instruments[0];
  return (
    <div className="mx-auto flex min-h-dvh max-w-[1600px] flex-col gap-4 p-4 lg:h-dvh">
      <header className="flex items-center justify-between gap-3">
        <div className="flex items-center gap-3">
          <img src="/icon.svg" alt="" className="size-8" />
          <h1 className="text-lg font-semibold">Tradebook</h1>
          {account && (
            <span className="rounded-full border border-attention/50 px-2 py-0.5 text-xs text-attention">
              {account.paper ? "paper" : "live money"}
            </span>
          )}
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
        </div>
        <div className="flex items-center gap-4">
          <LinkState />
          <SignOut />
        </div>
      </header>
      <CutOff />
      <main className="flex min-h-0 flex-1 flex-col gap-4 lg:grid lg:grid-cols-[minmax(0,1fr)_360px] lg:grid-rows-[auto_minmax(0,1fr)]">
        <Quotes chosen={chosen?.instrument_id ?? ""} onChoose={setInstrumentId} />
        <div className="flex min-h-0 flex-col gap-4 lg:row-span-2 lg:overflow-y-auto">
          {isSuccess && !account && <FirstAccount />}
          {account && chosen && <TicketAtMarket accountId={account.account_id} instrument={chosen} />}
          {account && <Balances key={account.account_id} accountId={account.account_id} />}
          {!accounts && <Skeleton rows={6} />}
        </div>
        {account && (
          <Orders
            key={account.account_id}
            accountId={account.account_id}
            instruments={instruments}
            className="min-h-0"
          />
        )}
      </main>
    </div>
  );
}

function TicketAtMarket({ accountId, instrument }: { accountId: string; instrument: Instrument }) {
  const { quote } = useQuote(instrument.instrument_id);
  return (
    <Ticket
      key={`${accountId} ${instrument.instrument_id}`}
      accountId={accountId}
      instrument={instrument}
      bid={quote?.bid ?? null}
      ask={quote?.ask ?? null}
    />
  );
}
