import { useMutation } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";

import { useTakeIn } from "../../api/book";
import { changeable, type Term } from "../../api/changeable";
import { answered, api, Refused } from "../../api/client";
import { useMay } from "../../api/me";
import { isOpen } from "../../api/orders";
import type { Order } from "../../api/types";
import { Button } from "../../design/controls";
import { figure } from "../../design/figures";
import { Empty } from "../../design/panel";
import { type Column, SaveAsCsv, Table } from "../../design/table";
import { asTyped } from "../../design/typing";
import { tell } from "../../state/toasts";
import { useOrdersShown } from "./book-at";
import { none, OrderLinks } from "./cells";
import { askToCancelAll } from "./cancel-all";
import { type Changes, changesOf, useAsked, useModify } from "./modifying";
import { type Instruments, useOrderColumns } from "./order-columns";
import { Rows } from "./rows";
import { Tools } from "./tools";
import { desk, useMedia } from "../../design/use-media";

/** What is being written over an order's terms. */
interface Editing {
  orderId: string;
  /** Only what was written in: the other fields show the order as it is, which may change meanwhile. */
  typed: Changes;
  /** Which field was pressed, and begins with the focus. */
  first: Term;
}

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

function useCancel() {
  const takeIn = useTakeIn();
  return useMutation({
    mutationFn: async (orderId: string) =>
      answered(api.DELETE("/v1/orders/{order_id}", { params: { path: { order_id: orderId } } })),
    onSuccess: takeIn,
    onError: (error) => {
      const isKnown = error instanceof Refused && error.wasAnswered;
      tell({
        title: isKnown ? "Not cancelled" : "No answer yet: it may have been cancelled",
        detail: error.message,
        tone: "attention",
      });
    },
  });
}

/** The orders that work or wait. Pressing a quantity or a price changes it in its place: Enter sends, Escape leaves it. */
export function OpenOrders({ accountId, instruments }: { accountId: string; instruments: Instruments }) {
  const shown = useOrdersShown(accountId);
  const may = useMay("trade") && !shown.isPast;
  const [editing, setEditing] = useState<Editing | null>(null);
  const asked = useAsked((state) => state.asked);
  const modify = useModify();
  const cancel = useCancel();
  const isDesk = useMedia(desk);
  const orders = shown.rows?.filter(isOpen);
  const columns = useOrderColumns(orders ?? [], instruments);

  const send = (order: Order) => {
    const { changes, problems } = changesOf(order, editing?.typed ?? {}, instruments.get(order.instrument));
    if (Object.keys(problems).length) return;
    if (!Object.keys(changes).length) {
      setEditing(null);
      return;
    }
    modify.mutate(
      { order, changes },
      {
        onSuccess: () => {
          // Another order may be written over by now.
          setEditing((now) => (now?.orderId === order.order_id ? null : now));
        },
      },
    );
  };
  const editable = (term: Term, name: string, column: Column<Order>): Column<Order> => ({
    ...column,
    cell: (order) => (
      <Cell
        order={order}
        term={term}
        name={name}
        editing={editing?.orderId === order.order_id ? editing : null}
        problem={changesOf(order, editing?.typed ?? {}, instruments.get(order.instrument)).problems[term]}
        asked={asked[order.order_id]?.[term]}
        isFixed={!may}
        onEdit={setEditing}
        onSend={() => {
          send(order);
        }}
      >
        {column.cell(order)}
      </Cell>
    ),
  });
  const shownColumns: Column<Order>[] = [
    ...(isDesk ? [columns.time] : []),
    columns.instrument,
    columns.kind,
    editable("quantity", "quantity", columns.quantity),
    ...(isDesk ? [columns.filled] : []),
    editable("price", "price", columns.price),
    editable("stop_price", "trigger", { ...columns.stop, cell: (order) => trigger(order, columns.stop) }),
    columns.status,
    {
      title: "",
      cell: (order) => (
        <span className="flex items-center justify-end gap-1">
          {editing?.orderId === order.order_id ? (
            <>
              <Button
                size="small"
                disabled={modify.isPending}
                onClick={() => {
                  send(order);
                }}
              >
                Change
              </Button>
              <Button
                size="small"
                tone="quiet"
                onClick={() => {
                  setEditing(null);
                }}
              >
                Leave
              </Button>
            </>
          ) : (
            may && (
              <Button
                tone="quiet"
                size="small"
                className="touch:px-2!"
                disabled={
                  order.status === "pending_cancel" ||
                  (cancel.isPending && cancel.variables === order.order_id)
                }
                onClick={() => {
                  cancel.mutate(order.order_id);
                }}
              >
                Cancel
              </Button>
            )
          )}
          {editing?.orderId !== order.order_id && (
            <span className="flex max-sm:hidden">
              <OrderLinks order={order} />
            </span>
          )}
        </span>
      ),
    },
  ];
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

/** A term of an open order: a figure that is pressed to be changed, a field, or what was asked for and is not yet so. */
function Cell({
  order,
  term,
  name,
  editing,
  problem,
  asked,
  isFixed,
  onEdit,
  onSend,
  children,
}: {
  order: Order;
  term: Term;
  name: string;
  editing: Editing | null;
  problem: string | undefined;
  asked: string | undefined;
  isFixed: boolean;
  onEdit: (editing: Editing | null) => void;
  onSend: () => void;
  children: ReactNode;
}) {
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const isFirst = editing?.first === term;
  const figureButton = useRef<HTMLButtonElement>(null);
  const wasFirst = useRef(false);
  useEffect(() => {
    if (isFirst) {
      field.current?.focus();
      field.current?.select();
    } else if (wasFirst.current && document.activeElement === document.body) figureButton.current?.focus();
    wasFirst.current = isFirst;
  }, [isFirst]);
  if (asked)
    return (
      <span className="text-attention" title="Asked for; not answered yet">
        <span aria-hidden>→ </span>
        {figure(asked)}
        <span className="sr-only"> asked for</span>
      </span>
    );
  if (isFixed || !changeable(order).includes(term)) return children;
  if (!editing)
    return (
      <button
        ref={figureButton}
        type="button"
        title={`Change the ${name}`}
        onClick={() => {
          onEdit({ orderId: order.order_id, first: term, typed: {} });
        }}
        className="figure -mr-1 cursor-text rounded px-1 decoration-muted decoration-dotted underline-offset-4 hover:underline focus-visible:underline"
      >
        {children}
      </button>
    );
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter") onSend();
    if (event.key === "Escape") onEdit(null);
  };
  const written = editing.typed[term] ?? asTyped(order[term] ?? "");
  return (
    <>
      <input
        ref={field}
        aria-label={`New ${name}`}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? id : undefined}
        value={written}
        onChange={(event) => {
          onEdit({ ...editing, typed: { ...editing.typed, [term]: event.target.value } });
        }}
        onKeyDown={press}
        inputMode="decimal"
        autoComplete="off"
        style={{ width: `${Math.max(7, written.length + 2)}ch` }}
        className="h-7 rounded-control border border-accent bg-ground px-1.5 text-right text-sm tabular-nums aria-invalid:border-loss touch:h-10 touch:text-[16px]"
      />
      {problem && (
        <span id={id} role="alert" className="mt-0.5 ml-auto block w-24 text-xs whitespace-normal text-loss">
          {problem}
        </span>
      )}
    </>
  );
}
