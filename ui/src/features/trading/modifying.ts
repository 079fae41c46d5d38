import { useMutation } from "@tanstack/react-query";
import { create } from "zustand";

import { useTakeIn } from "../../api/book";
import { changeable, type ExitChanges, type Term } from "../../api/changeable";
import { answered, api, Refused } from "../../api/client";
import type { Instrument, Order } from "../../api/types";
import { compared } from "../../design/decimals";
import { figure } from "../../design/figures";
import { asTyped, typedDecimal, unclear } from "../../design/typing";
import { tell } from "../../state/toasts";
import { isMultiple, nearest } from "./steps";

export type Changes = Partial<Record<Term, string>>;

/** What was typed and differs, or what keeps a field from being sent. */
export function changesOf(
  order: Order,
  typed: Changes,
  instrument: Instrument | undefined,
): { changes: Changes; problems: Changes } {
  const changes: Changes = {};
  const problems: Changes = {};
  for (const term of changeable(order)) {
    const text = typed[term];
    if (text === undefined) continue;
    const decimal = typedDecimal(text);
    const problem = decimal
      ? problemOf(order, term, decimal, instrument)
      : (unclear(text) ?? "Write a number above zero.");
    if (problem) problems[term] = problem;
    else if (decimal && compared(decimal, order[term] ?? "0") !== 0) changes[term] = decimal;
  }
  return { changes, problems };
}

function problemOf(
  order: Order,
  term: Term,
  decimal: string,
  instrument: Instrument | undefined,
): string | null {
  if (term === "quantity" && compared(decimal, order.filled_quantity) <= 0)
    return `${figure(order.filled_quantity)} is filled already: cancel it instead.`;
  const step = term === "quantity" ? instrument?.lot_size : instrument?.tick_size;
  if (!step || isMultiple(decimal, step)) return null;
  return `Steps of ${figure(step)}: ${asTyped(nearest(decimal, step))} would do.`;
}

/** What can be asked for: the terms that are written, and exits of a bracket that are moved on the chart. */
type Wanted = Changes & ExitChanges;

/** What was asked for and not answered yet, by order. */
export const useAsked = create<{ asked: Record<string, Changes> }>(() => ({ asked: {} }));

function mark(orderId: string, changes: Changes | null): void {
  useAsked.setState(({ asked }) => {
    const others = Object.entries(asked).filter(([id]) => id !== orderId);
    return { asked: Object.fromEntries(changes ? [...others, [orderId, changes]] : others) };
  });
}

/** Change an order's terms. They are marked as asked for until the answer; a refusal takes the mark back and is told. */
export function useModify() {
  const takeIn = useTakeIn();
  return useMutation({
    mutationFn: ({ order, changes }: { order: Order; changes: Wanted }) =>
      answered(
        api.PATCH("/v1/orders/{order_id}", {
          params: { path: { order_id: order.order_id } },
          body: changes,
        }),
      ),
    onMutate: ({ order, changes }) => {
      mark(order.order_id, changes);
    },
    onSuccess: takeIn,
    onError: (error) => {
      const isKnown = error instanceof Refused && error.wasAnswered;
      tell({
        title: isKnown ? "Not changed" : "No answer yet: it may have been changed",
        detail: error.message,
        tone: "attention",
      });
    },
    onSettled: (_, __, { order }) => {
      mark(order.order_id, null);
    },
  });
}
