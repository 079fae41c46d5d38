import type { ReactNode } from "react";

import type { Term } from "../../api/changeable";
import { useMay } from "../../api/me";
import { isOpen } from "../../api/orders";
import type { Order } from "../../api/types";
import { Button } from "../../design/controls";
import { figure } from "../../design/figures";
import { Empty } from "../../design/panel";
import { type Column, SaveAsCsv, Table } from "../../design/table";
import { desk, useMedia } from "../../design/use-media";
import { useOrdersShown } from "./book-at";
import { askToCancelAll } from "./cancel-all";
import { useCancel } from "./cancelling";
import { none, OrderLinks } from "./cells";
import { ChangeableTerm, useChangesInPlace } from "./change-in-place";
import { useAsked } from "./modifying";
import { type Instruments, useOrderColumns } from "./order-columns";
import { Rows } from "./rows";
import { Tools } from "./tools";

/** What a file gets, whatever the window has room for. */
const fileNames = [
  "id",
  "side",
  "type",
  "time",
  "instrument",
  "quantity",
  "price",
  "stop",
  "filled",
  "average",
  "status",
] as const;

/** The orders that work or wait. Pressing a quantity or a price changes it in its place: Enter sends, Escape leaves it. */
export function OpenOrders({ accountId, instruments }: { accountId: string; instruments: Instruments }) {
  const shown = useOrdersShown(accountId);
  const may = useMay("trade") && !shown.isPast;
  const orders = shown.rows?.filter(isOpen);
  const columns = useOrderColumns(orders ?? [], instruments);
  const shownColumns = useChangeableColumns(columns, instruments, may);
  return (
    <Rows {...shown} rows={orders}>
      {(rows) =>
        rows.length ? (
          <>
            <Tools>
              {may && (
                <Button tone="quiet" size="small" className="whitespace-nowrap" onClick={askToCancelAll}>
                  Cancel all
                </Button>
              )}
              <SaveAsCsv
                name="open-orders"
                columns={fileNames.map((name) => columns[name])}
                rows={() => rows}
              />
            </Tools>
            <Table
              caption="Open orders"
              columns={shownColumns}
              rows={rows}
              rowKey={(order) => order.order_id}
            />
          </>
        ) : (
          <Empty title="No open orders">What works at a venue, or waits for its trigger, stands here.</Empty>
        )
      }
    </Rows>
  );
}

/** The columns of orders, with terms that can be written over and what can be done with an order. */
function useChangeableColumns(
  columns: ReturnType<typeof useOrderColumns>,
  instruments: Instruments,
  may: boolean,
): Column<Order>[] {
  const places = useChangesInPlace(instruments);
  const asked = useAsked((state) => state.asked);
  const cancel = useCancel();
  const isDesk = useMedia(desk);
  const inPlace = (term: Term, name: string, column: Column<Order>): Column<Order> => ({
    ...column,
    cell: (order) => (
      <ChangeableTerm
        order={order}
        term={term}
        name={name}
        editing={places.of(order)}
        problem={places.problemsOf(order)[term]}
        asked={asked[order.order_id]?.[term]}
        isFixed={!may}
        onEdit={places.edit}
        onSend={() => {
          places.send(order);
        }}
      >
        {column.cell(order)}
      </ChangeableTerm>
    ),
  });
  return [
    ...(isDesk ? [columns.time] : []),
    columns.instrument,
    columns.kind,
    inPlace("quantity", "quantity", columns.quantity),
    ...(isDesk ? [columns.filled] : []),
    inPlace("price", "price", columns.price),
    inPlace("stop_price", "trigger", { ...columns.stop, cell: (order) => trigger(order, columns.stop) }),
    columns.status,
    {
      title: "",
      cell: (order) =>
        places.of(order) ? (
          <ChangeActions
            isSending={places.isSending}
            onSend={() => {
              places.send(order);
            }}
            onLeave={places.leave}
          />
        ) : (
          <OrderActions
            order={order}
            may={may}
            isCancelling={cancel.isPending && cancel.variables === order.order_id}
            onCancel={cancel.mutate}
          />
        ),
    },
  ];
}

function ChangeActions({
  isSending,
  onSend,
  onLeave,
}: {
  isSending: boolean;
  onSend: () => void;
  onLeave: () => void;
}) {
  return (
    <span className="flex items-center justify-end gap-1">
      <Button size="small" disabled={isSending} onClick={onSend}>
        Change
      </Button>
      <Button size="small" tone="quiet" onClick={onLeave}>
        Leave
      </Button>
    </span>
  );
}

function OrderActions({
  order,
  may,
  isCancelling,
  onCancel,
}: {
  order: Order;
  may: boolean;
  isCancelling: boolean;
  onCancel: (orderId: string) => void;
}) {
  return (
    <span className="flex items-center justify-end gap-1">
      {may && (
        <Button
          tone="quiet"
          size="small"
          className="touch:px-2!"
          disabled={order.status === "pending_cancel" || isCancelling}
          onClick={() => {
            onCancel(order.order_id);
          }}
        >
          Cancel
        </Button>
      )}
      <span className="flex max-sm:hidden">
        <OrderLinks order={order} />
      </span>
    </span>
  );
}

function trigger(order: Order, column: Column<Order>): ReactNode {
  if (order.type !== "trailing_stop") return column.cell(order);
  const unit = order.trailing_offset_type === "percent" ? "\u2009%" : "";
  return (
    <span title="Follows the market at this distance">
      {order.stop_price ? column.cell(order) : none}
      <span className="ml-1 text-xs text-muted">
        ↕{figure(order.trailing_offset ?? "0")}
        {unit}
      </span>
    </span>
  );
}
