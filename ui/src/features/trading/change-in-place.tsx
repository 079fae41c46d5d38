import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";

import { changeable, type Term } from "../../api/changeable";
import type { Order } from "../../api/types";
import { figure } from "../../design/figures";
import { asTyped } from "../../design/typing";
import { type Changes, changesOf, useModify } from "./modifying";
import type { Instruments } from "./order-columns";

/** What is being written over an order's terms. */
interface Editing {
  orderId: string;
  /** Only what was written in: the other fields show the order as it is, which may change meanwhile. */
  typed: Changes;
  /** Which field was pressed, and begins with the focus. */
  first: Term;
}

/** Orders that are changed in their places, one at a time. */
export function useChangesInPlace(instruments: Instruments) {
  const [editing, setEditing] = useState<Editing | null>(null);
  const modify = useModify();
  const written = (order: Order) => changesOf(order, editing?.typed ?? {}, instruments.get(order.instrument));
  const send = (order: Order) => {
    const { changes, problems } = written(order);
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
  return {
    of: (order: Order) => (editing?.orderId === order.order_id ? editing : null),
    problemsOf: (order: Order) => written(order).problems,
    edit: setEditing,
    leave: () => {
      setEditing(null);
    },
    send,
    isSending: modify.isPending,
  };
}

/** A term of an open order: a figure that is pressed to be changed, a field, or what was asked for and is not yet so. */
export function ChangeableTerm({
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
