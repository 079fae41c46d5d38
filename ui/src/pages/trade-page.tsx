import { useAccount, useAccounts } from "../api/accounts";
import { type MovablePrice, moveOf } from "../api/changeable";
import { useFirstRun } from "../api/first-run";
import { useInstruments } from "../api/instruments";
import { useMay } from "../api/me";
import type { Account, Instrument, Order } from "../api/types";
import { CommandLine } from "../design/command-line";
import { Button, Problem } from "../design/controls";
import { Empty, Panel, Skeleton } from "../design/panel";
import { Ladder } from "../features/market/ladder";
import { PriceChart } from "../features/market/price-chart";
import { Tape } from "../features/market/tape";
import { Watchlist } from "../features/market/watchlist";
import { Blotter } from "../features/trading/blotter";
import { useFillsShown, useOrdersShown } from "../features/trading/book-at";
import { Desk } from "../features/trading/desk";
import { takePrice } from "../features/trading/draft";
import { beginFromChart, ordersAt } from "../features/trading/from-chart";
import { FeedWatch } from "../features/trading/feed-notices";
import { FirstAccount } from "../features/trading/first-account";
import { useLayout } from "../features/trading/layout";
import { LayoutMenu } from "../features/trading/layout-menu";
import { useModify } from "../features/trading/modifying";
import { useObstacle } from "../features/trading/obstacle";
import { Ticket } from "../features/trading/ticket";
import { useMoment } from "../state/moment";
import { usePreferences } from "../state/preferences";

/** The market of one instrument, a ticket for it, and what the account has going. */
export function TradePage() {
  const accounts = useAccounts();
  const account = useAccount();
  const { data: instruments = [] } = useInstruments();
  const { instrumentId, prefer } = usePreferences();
  const chosen = instruments.find((each) => each.instrument_id === instrumentId) ?? instruments[0];
  const isWithoutMarket = useFirstRun().data?.market === "none" && !chosen;
  const empty = (title: string) => (isWithoutMarket ? title : undefined);
  const choose = (id: string) => {
    prefer({ instrumentId: id });
  };
  const pick = (price: string) => {
    if (!chosen) return;
    takePrice(chosen.instrument_id, price);
    useLayout.setState({ phoneTab: "ticket" });
  };
  return (
    <>
      {chosen && <FeedWatch instrument={chosen} />}
      <Desk
        watchlist={<Watchlist chosen={chosen?.instrument_id ?? ""} onChoose={choose} />}
        chart={
          chosen ? (
            <Chart account={account} instrument={chosen} onPick={pick} />
          ) : isWithoutMarket ? (
            <WithoutMarket />
          ) : (
            <Blank />
          )
        }
        ladder={chosen ? <Ladder instrument={chosen} onPick={pick} /> : <Blank title={empty("No book")} />}
        tape={
          chosen ? (
            <Tape key={chosen.instrument_id} instrument={chosen} />
          ) : (
            <Blank title={empty("No trades")} />
          )
        }
        ticket={<TicketPart accounts={accounts} account={account} instrument={chosen} />}
        blotter={
          <section
            aria-label="Orders"
            className="flex min-h-0 flex-1 flex-col overflow-hidden rounded-card border border-line bg-surface"
          >
            {account ? (
              <Blotter key={account.account_id} account={account} aside={<LayoutMenu />} />
            ) : (
              <Empty title="No account yet">Its orders, positions and balances will stand here.</Empty>
            )}
          </section>
        }
      />
    </>
  );
}

/** A place that waits for its instrument, or says that there is none. */
function Blank({ title }: { title?: string | undefined }) {
  return (
    <div className="flex h-full flex-col rounded-card border border-line bg-surface">
      {title ? <Empty title={title}>It comes with a market.</Empty> : <Skeleton rows={6} />}
    </div>
  );
}

/** What is missing where the server was started without a market, and how to get it. */
function WithoutMarket() {
  return (
    <section
      aria-labelledby="without-market"
      className="h-full overflow-y-auto rounded-card border border-line bg-surface p-5"
    >
      <div className="mx-auto max-w-md space-y-4">
        <div className="space-y-1">
          <h2 id="without-market" className="text-lg font-semibold">
            This server has no market
          </h2>
          <p className="text-muted">
            It was started without one, so there are no prices and nothing can be traded. Stop it, then start
            it again on its machine with one of these; the book stays as it is.
          </p>
        </div>
        <div className="space-y-1.5">
          <p className="text-sm">A made-up market that needs no network:</p>
          <CommandLine command="tradebook up --market simulated" />
        </div>
        <div className="space-y-1.5">
          <p className="text-sm">Prices of real exchanges, which need no key:</p>
          <CommandLine command="tradebook up --market live" />
        </div>
      </div>
    </section>
  );
}

const nothing: never[] = [];

/** The chart with the account's orders and fills in it, where there is an account. */
function Chart(props: {
  account: Account | undefined;
  instrument: Instrument;
  onPick: (price: string) => void;
}) {
  const { account, instrument, onPick } = props;
  if (account) return <ChartOfAccount key={account.account_id} {...props} account={account} />;
  return (
    <PriceChart
      instrument={instrument}
      orders={nothing}
      fills={nothing}
      onMove={undefined}
      onPick={onPick}
      choicesAt={undefined}
    />
  );
}

function ChartOfAccount({
  account,
  instrument,
  onPick,
}: {
  account: Account;
  instrument: Instrument;
  onPick: (price: string) => void;
}) {
  const orders = useOrdersShown(account.account_id).rows ?? nothing;
  const fills = useFillsShown(account.account_id).rows ?? nothing;
  const may = useMay("trade");
  const asOf = useMoment((moment) => moment.asOf);
  const obstacle = useObstacle(account);
  const modify = useModify();
  const move = (order: Order, field: MovablePrice, price: string) => {
    // A refusal is told by the mutation; the line then goes back to where the order is.
    return modify.mutateAsync({ order, changes: moveOf(field, price) }).catch(() => undefined);
  };
  const mayMove = may && asOf === null;
  const choicesAt = (price: string, market: string) =>
    ordersAt(price, market, instrument.tick_size).map((order) => ({
      id: order.id,
      title: order.title,
      side: order.changes.side,
      run: () => {
        beginFromChart(instrument.instrument_id, order);
        useLayout.setState({ phoneTab: "ticket" });
      },
    }));
  return (
    <PriceChart
      instrument={instrument}
      orders={orders}
      fills={fills}
      onMove={mayMove ? move : undefined}
      onPick={onPick}
      choicesAt={mayMove && obstacle === null ? choicesAt : undefined}
    />
  );
}

function TicketPart({
  accounts,
  account,
  instrument,
}: {
  accounts: ReturnType<typeof useAccounts>;
  account: Account | undefined;
  instrument: Instrument | undefined;
}) {
  const isWithoutMarket = useFirstRun().data?.market === "none" && !instrument;
  if (accounts.isSuccess && !account) return <FirstAccount hasMarket={!isWithoutMarket} />;
  return (
    <Panel
      title="Ticket"
      className="min-h-0 flex-1"
      aside={
        instrument &&
        account && (
          <span className="flex items-center gap-2">
            <span className="font-medium text-text">{instrument.symbol}</span>
            <Money isPaper={account.paper} />
          </span>
        )
      }
    >
      {accounts.error && (
        <div className="space-y-2 p-3">
          <Problem title="The accounts could not be read">{accounts.error.message}</Problem>
          <Button tone="quiet" onClick={() => void accounts.refetch()}>
            Try again
          </Button>
        </div>
      )}
      {account && isWithoutMarket && (
        <Empty title="Nothing to trade yet">Orders are placed here once the server has a market.</Empty>
      )}
      {!accounts.error && (!account || !instrument) && !(account && isWithoutMarket) && <Skeleton rows={8} />}
      {account && instrument && (
        <Ticket
          key={`${account.account_id} ${instrument.instrument_id}`}
          account={account}
          instrument={instrument}
        />
      )}
    </Panel>
  );
}

/** Whether it is real money that the ticket spends. */
function Money({ isPaper }: { isPaper: boolean }) {
  return isPaper ? (
    <span className="rounded-full border border-attention/60 px-1.5 text-attention">paper</span>
  ) : (
    <span className="rounded-full bg-loss px-1.5 font-semibold text-on-loss">live</span>
  );
}
