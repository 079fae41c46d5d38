import { denialFigures, denialText } from "../../api/denials";
import { useInstruments } from "../../api/instruments";
import type { Account, Instrument, Order } from "../../api/types";
import { Button, Problem } from "../../design/controls";
import { figure } from "../../design/figures";
import { Empty, Panel, Skeleton } from "../../design/panel";
import { type Column, SaveAsCsv, Table } from "../../design/table";
import { type Times, useTimes } from "../../design/times";
import { spoken } from "../../design/words";
import { denialDays, useDenials } from "./queries";

/** What risk said no to, why, and by which figures. */
export function Denials({ account }: { account: Account }) {
  const { data: denials, error, refetch } = useDenials(account.account_id);
  const { data: instruments = [] } = useInstruments();
  const columns = columnsOf(account, instruments, useTimes());
  return (
    <Panel
      title={`Denials of the last ${denialDays} days`}
      aside={
        denials && denials.length > 0 ? (
          <SaveAsCsv name={`denials ${account.name}`} columns={columns} rows={() => denials} />
        ) : (
          ""
        )
      }
    >
      {error && !denials && (
        <div className="space-y-2 p-4">
          <Problem>{error.message}</Problem>
          <Button tone="quiet" onClick={() => void refetch()}>
            Try again
          </Button>
        </div>
      )}
      {!denials && !error && <Skeleton rows={3} />}
      {denials?.length === 0 && (
        <Empty title="No order was denied">
          Should risk say no to one, the reason and its figures stand here.
        </Empty>
      )}
      {denials && denials.length > 0 && (
        <Table caption="Denials" columns={columns} rows={denials} rowKey={(order) => order.order_id} />
      )}
    </Panel>
  );
}

function columnsOf(account: Account, instruments: Instrument[], times: Times): Column<Order>[] {
  const symbol = (order: Order) =>
    instruments.find((each) => each.instrument_id === order.instrument)?.symbol ?? order.instrument;
  const terms = (order: Order) =>
    [
      order.side,
      figure(order.quantity ?? order.quote_quantity ?? "0"),
      spoken(order.type),
      order.price && `at ${figure(order.price)}`,
    ]
      .filter(Boolean)
      .join(" ");
  const denied = (order: Order) => ({ symbol: symbol(order), baseAsset: account.base_asset });
  const denial = (order: Order) => ({ code: order.code, detail: order.reason, figures: order.figures });
  const reason = (order: Order) => denialText(denial(order), denied(order));
  return [
    {
      title: "Time",
      wide: true,
      cell: (order) => (
        <time
          dateTime={order.created_at}
          title={times.full(order.created_at)}
          className="text-muted tabular-nums"
        >
          {times.day(order.created_at)} {times.time(order.created_at)}
        </time>
      ),
      text: (order) => order.created_at,
    },
    { title: "Instrument", wide: true, cell: symbol, text: symbol },
    {
      title: "Order",
      cell: (order) => <span className="block max-w-48 truncate tabular-nums">{terms(order)}</span>,
      text: terms,
    },
    {
      title: "Reason",
      cell: (order) => <span className="tabular-nums max-sm:whitespace-normal">{reason(order)}</span>,
      text: reason,
    },
    {
      title: "Figures",
      wide: true,
      cell: (order) => (
        <span className="flex gap-1.5">
          {denialFigures(denial(order), denied(order)).map(([name, value]) => (
            <span key={name} className="rounded bg-raised px-1.5 text-xs text-muted tabular-nums">
              {name} <span className="text-text">{value}</span>
            </span>
          ))}
        </span>
      ),
      text: (order) =>
        Object.entries(order.figures ?? {})
          .map(([name, value]) => `${name} ${value}`)
          .join("; "),
    },
    {
      title: "Code",
      wide: true,
      cell: (order) => <code className="text-xs text-muted">{order.code}</code>,
      text: (order) => order.code ?? "",
    },
  ];
}
