import { useMutation, useQuery } from "@tanstack/react-query";

import { answered, api } from "../../api/client";
import type { Order } from "../../api/types";
import { Button, Problem } from "../../design/controls";
import { figure, timeOfDay } from "../../design/figures";
import { Empty, Panel } from "../../design/panel";
import { type Column, Table } from "../../design/table";
import { ordersKey, useRefreshOn } from "./live";

const over = new Set(["filled", "cancelled", "expired", "rejected", "denied"]);
const statusTone: Record<string, string> = {
  denied: "text-attention",
  rejected: "text-attention",
  unknown: "text-attention",
  filled: "text-text",
};

/** The newest orders of the account, as they stand. */
export function Orders({ accountId }: { accountId: string }) {
  useRefreshOn("orders", ordersKey(accountId));
  const { data = [], isSuccess } = useQuery({
    queryKey: ordersKey(accountId),
    queryFn: async () =>
      answered(await api.GET("/v1/orders", { params: { query: { account_id: accountId, limit: 50 } } }))
        .items,
  });
  const cancel = useMutation({
    mutationFn: async (orderId: string) =>
      answered(await api.DELETE("/v1/orders/{order_id}", { params: { path: { order_id: orderId } } })),
  });
  const columns: Column<Order>[] = [
    { title: "Time", cell: (order) => <span className="text-muted">{timeOfDay(order.created_at)}</span> },
    { title: "Instrument", cell: (order) => order.instrument },
    {
      title: "Side",
      cell: (order) => (order.side === "buy" ? "▲ Buy" : "▼ Sell"),
    },
    { title: "Type", cell: (order) => order.type.replace("_", " ") },
    {
      title: "Quantity",
      figure: true,
      cell: (order) => figure(order.quantity ?? order.quote_quantity ?? "0"),
    },
    { title: "Price", figure: true, cell: (order) => (order.price ? figure(order.price) : "market") },
    { title: "Filled", figure: true, cell: (order) => figure(order.filled_quantity) },
    {
      title: "Average",
      figure: true,
      cell: (order) => (order.average_price ? figure(order.average_price) : "–"),
    },
    {
      title: "Status",
      cell: (order) => (
        <span className={statusTone[order.status] ?? "text-muted"}>{order.status.replace("_", " ")}</span>
      ),
    },
    {
      title: "",
      cell: (order) =>
        over.has(order.status) ? null : (
          <Button
            tone="quiet"
            className="!px-2 !py-0.5 text-xs"
            disabled={cancel.isPending}
            onClick={() => {
              cancel.mutate(order.order_id);
            }}
          >
            Cancel
          </Button>
        ),
    },
  ];
  return (
    <Panel title="Orders" aside="newest first">
      {cancel.error && <Problem>{cancel.error.message}</Problem>}
      {isSuccess && data.length === 0 ? (
        <Empty>No orders yet. Place one with the ticket.</Empty>
      ) : (
        <Table caption="Orders" columns={columns} rows={data} rowKey={(order) => order.order_id} />
      )}
    </Panel>
  );
}
