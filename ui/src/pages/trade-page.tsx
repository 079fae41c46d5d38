import { useAccount, useAccounts } from "../api/accounts";
import { useInstruments } from "../api/instruments";
import { useQuote } from "../api/quotes";
import type { Instrument } from "../api/types";
import { Skeleton } from "../design/panel";
import { Watchlist } from "../features/market/watchlist";
import { Balances } from "../features/trading/balances";
import { FirstAccount } from "../features/trading/first-account";
import { Orders } from "../features/trading/orders";
import { Ticket } from "../features/trading/ticket";
import { usePreferences } from "../state/preferences";

/** Live quotes, a ticket, balances and orders of one account. */
export function TradePage() {
  const { isSuccess, isPending } = useAccounts();
  const account = useAccount();
  const { data: instruments = [] } = useInstruments();
  const { instrumentId, prefer } = usePreferences();
  const chosen = instruments.find((each) => each.instrument_id === instrumentId) ?? instruments[0];
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-4 p-4 lg:grid lg:max-xl:flex-none lg:grid-cols-[minmax(0,1fr)_340px] lg:grid-rows-[auto_1fr] xl:grid-rows-[auto_minmax(0,1fr)] lg:items-start xl:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_340px]">
      <Watchlist
        chosen={chosen?.instrument_id ?? ""}
        onChoose={(instrument) => {
          prefer({ instrumentId: instrument });
        }}
      />
      {isPending && <Skeleton rows={6} />}
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
