import { useMutation } from "@tanstack/react-query";

import { answered, api } from "../../api/client";
import type { Instrument, Order } from "../../api/types";
import { Button, Problem } from "../../design/controls";
import { rounded } from "../../design/decimals";
import { Aligned, longest } from "../../design/figure";
import { decimalsOf, figure } from "../../design/figures";
import { Empty, Panel, Skeleton } from "../../design/panel";
import { type Column, Table } from "../../design/table";
import { type Times, useTimes } from "../../design/times";
import { useOrders, useTakeIn } from "../../api/book";

const over = new Set(["filled", "cancelled", "expired", "rejected", "denied"]);
const shownMax = 100;

const isOpen = (order: Order) => !over.has(order.status);
const words = (name: string) => name.replaceAll("_", " ");

/** The newest orders of the account, as they stand. */
export function Orders({
  accountId,
  instruments,
  className,
}: {
  accountId: string;
  instruments: Instrument[];
  className?: string;
}) {
  const orders = useOrders(accountId);
  const takeIn = useTakeIn();
  const times = useTimes();
  const cancel = useMutation({
    mutationFn: async (orderId: string) =>
      answered(api.DELETE("/v1/orders/{order_id}", { params: { path: { order_id: orderId } } })),
    onSuccess: takeIn,
  });
  const columns = [
    ...describing(orders ?? [], new Map(instruments.map((each) => [each.instrument_id, each])), times),
    {
      title: "",
      figure: true,
      cell: (order: Order) =>
        isOpen(order) && (
          <Button
            tone="quiet"
            size="small"
            disabled={cancel.isPending && cancel.variables === order.order_id}
            onClick={() => {
              cancel.mutate(order.order_id);
            }}
          >
            Cancel
          </Button>
        ),
    },
  ];
  const open = orders?.filter(isOpen).length ?? 0;
  return (
    <Panel title="Orders" aside={orders && `${open} open`} className={className ?? ""}>
      {cancel.error && (
        <div className="p-4 pb-0">
          <Problem>{cancel.error.message}</Problem>
        </div>
      )}
      {!orders && <Skeleton rows={5} />}
      {orders?.length === 0 && <Empty title="No orders yet">Place one with the ticket.</Empty>}
      {orders && orders.length > 0 && (
        <Table
          caption="Orders"
          columns={columns}
          rows={orders.slice(0, shownMax)}
          rowKey={(order) => order.order_id}
        />
      )}
    </Panel>
  );
}

/** What there is to say of an order; prices at their instrument's precision, quantities as they were given. */
function describing(orders: Order[], instruments: Map<string, Instrument>, times: Times): Column<Order>[] {
  const symbol = (order: Order) => instruments.get(order.instrument)?.symbol ?? order.instrument;
  const price = (order: Order, decimal: string) => {
    const decimals = decimalsOf(instruments.get(order.instrument)?.tick_size ?? "1");
    return <span title={decimal}>{figure(rounded(decimal, decimals), decimals)}</span>;
  };
  const limit = (order: Order) => (order.price ? price(order, order.price) : "market");
  const quantity = (order: Order) => order.quantity ?? order.quote_quantity ?? "0";
  const quantityDecimals = longest(orders.slice(0, shownMax).map(quantity));
  const none = <span className="text-muted">–</span>;
  return [
    {
      title: "Time",
      wide: true,
      cell: (order) => (
        <time dateTime={order.created_at} title={order.created_at} className="text-muted tabular-nums">
          {times.time(order.created_at)}
        </time>
      ),
    },
    {
      title: "Instrument",
      cell: (order) => (
        <>
          <span className="font-medium">{symbol(order)}</span>
          <span className="block text-xs text-muted sm:hidden">
            <Side side={order.side} /> {words(order.type)}
          </span>
        </>
      ),
    },
    { title: "Side", wide: true, cell: (order) => <Side side={order.side} /> },
    { title: "Type", wide: true, cell: (order) => words(order.type) },
    {
      title: "Quantity",
      figure: true,
      cell: (order) => (
        <>
          <Aligned decimal={quantity(order)} decimals={quantityDecimals} />
          <span className="block text-xs text-muted sm:hidden">{limit(order)}</span>
        </>
      ),
    },
    {
      title: "Price",
      figure: true,
      wide: true,
      cell: (order) => <span className={order.price ? "" : "text-muted"}>{limit(order)}</span>,
    },
    {
      title: "Filled",
      figure: true,
      wide: true,
      cell: (order) =>
        order.filled_quantity === "0" ? (
          none
        ) : (
          <Aligned decimal={order.filled_quantity} decimals={quantityDecimals} />
        ),
    },
    {
      title: "Average",
      figure: true,
      wide: true,
      cell: (order) => (order.average_price ? price(order, order.average_price) : none),
    },
    { title: "Status", cell: (order) => <Status order={order} /> },
  ];
}

function Side({ side }: { side: Order["side"] }) {
  return (
    <>
      <span aria-hidden className="mr-1 align-[1px] text-[9px]">
        {side === "buy" ? "▲" : "▼"}
      </span>
      {side === "buy" ? "Buy" : "Sell"}
    </>
  );
}

const tones: Partial<Record<Order["status"], string>> = {
  denied: "bg-attention",
  rejected: "bg-attention",
  unknown: "bg-attention",
  filled: "bg-muted",
  cancelled: "border border-muted",
  expired: "border border-muted",
};

/** How the order stands, and why where it was refused. */
function Status({ order }: { order: Order }) {
  const refused = order.status === "denied" || order.status === "rejected";
  return (
    <span className="flex items-center gap-2" title={order.reason || undefined}>
      <span aria-hidden className={`size-1.5 rounded-full ${tones[order.status] ?? "bg-accent"}`} />
      <span className={over.has(order.status) && !refused ? "text-muted" : ""}>
        {words(order.status)}
        {refused && order.reason && (
          <span className="block max-w-52 truncate text-xs text-muted max-sm:hidden xl:max-w-72">
            {order.reason}
          </span>
        )}
      </span>
    </span>
  );
}
