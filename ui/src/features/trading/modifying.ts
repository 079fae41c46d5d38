import { useMutation } from "@tanstack/react-query";
import { create } from "zustand";

import { useTakeIn } from "../../api/book";
import { answered, api, Refused } from "../../api/client";
import type { Instrument, Order } from "../../api/types";
import { compared } from "../../design/decimals";
import { figure } from "../../design/figures";
import { asTyped, typedDecimal, unclear } from "../../design/typing";
import { tell } from "../../state/toasts";
import { isMultiple, nearest } from "./steps";

export type Term = "quantity" | "price" | "stop_price";
export type Changes = Partial<Record<Term, string>>;

const settling = new Set<Order["status"]>(["submitted", "unknown", "pending_cancel", "pending_replace"]);
const triggers = new Set<Order["type"]>(["stop", "stop_limit", "take_profit"]);

/** Whether its trigger has not come, as far as the page can tell: a venue that watches it does not say. */
function isWaiting(order: Order): boolean {
  return order.status === "parked" || (order.rests_at === "venue" && order.filled_quantity === "0");
}

/** What of the order can be changed now: nothing while the venue owes an answer. */
export function changeable(order: Order): Term[] {
  if (settling.has(order.status)) return [];
  const terms: Term[] = [];
  if (order.quantity) terms.push("quantity");
  if (order.price) terms.push("price");
  if (triggers.has(order.type) && order.stop_price && isWaiting(order)) terms.push("stop_price");
  return terms;
}

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
    mutationFn: ({ order, changes }: { order: Order; changes: Changes }) =>
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
