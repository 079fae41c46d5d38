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
    <div className="mx-auto flex min-h-dvh max-w-[1600px] flex-col gap-4 p-4 xl:h-dvh">
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
      <main className="flex min-h-0 flex-1 flex-col gap-4 lg:grid lg:max-xl:flex-none lg:grid-cols-[minmax(0,1fr)_340px] lg:grid-rows-[auto_1fr] xl:grid-rows-[auto_minmax(0,1fr)] lg:items-start xl:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_340px]">
        <Quotes chosen={chosen?.instrument_id ?? ""} onChoose={setInstrumentId} />
        {!accounts && <Skeleton rows={6} />}
        {isSuccess && !account && <FirstAccount />}
        {account && chosen && (
          <div className="lg:col-start-2 lg:row-span-2 lg:row-start-1 xl:col-start-3">
            <TicketAtMarket accountId={account.account_id} instrument={chosen} />
          </div>
        )}
        {account && (
          <Balances
            key={`balances ${account.account_id}`}
            accountId={account.account_id}
            className="xl:col-start-2 xl:row-start-1 xl:h-full"
          />
        )}
        {account && (
          <Orders
            key={`orders ${account.account_id}`}
            accountId={account.account_id}
            instruments={instruments}
            className="min-h-0 lg:col-span-2 xl:h-full"
          />
        )}
      </main>
    </div>
  );
}

function TicketAtMarket({ accountId, instrument }: { accountId: string; instrument: Instrument }) {
  const { quote, isStale } = useQuote(instrument.instrument_id);
  return (
    <Ticket
      key={`${accountId} ${instrument.instrument_id}`}
      accountId={accountId}
      instrument={instrument}
      bid={quote?.bid ?? null}
      ask={quote?.ask ?? null}
      isStale={isStale}
    />
  );
}
