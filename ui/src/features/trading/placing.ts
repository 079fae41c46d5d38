import { useLayoutEffect, useMemo } from "react";

import { useAccount } from "../../api/accounts";
import { useTakeIn } from "../../api/book";
import { api, isAnswer, problemCode, problemText } from "../../api/client";
import { denialText } from "../../api/denials";
import { useInstruments } from "../../api/instruments";
import {
  type Attempt,
  attend,
  begin,
  failed,
  forget,
  type Outcome,
  type Refusal,
  succeeded,
  useAttempts,
} from "./attempts";
import type { TicketOrder } from "./ticket-order";

function text(problem: unknown, name: string): string {
  const value: unknown = problem && typeof problem === "object" ? Reflect.get(problem, name) : null;
  return typeof value === "string" ? value : "";
}

/** What an answer that is no order says. After a fault of the server the order may stand in the book all the same. */
export function refusalOf(problem: unknown, status: number, words: Words = problemText): Refusal {
  const code = problemCode(problem);
  return {
    message: words(problem),
    isKnown: isAnswer(status, code),
    code,
    position: text(problem, "journal_position") || null,
  };
}

const silence: Refusal = {
  message: "The server did not answer.",
  isKnown: false,
  code: "",
  position: null,
};

/** A problem in words. */
type Words = (problem: unknown) => string;
type Answer = Outcome | Refusal;
type Body = TicketOrder & { account_id: string };

async function sendOne(body: Body, { id }: Attempt, words: Words): Promise<Answer> {
  const sent = { ...body, client_order_id: id };
  const answer = await api.POST("/v1/orders", { body: sent });
  if (!answer.data) return refusalOf(answer.error, answer.response.status, words);
  return { placed: [answer.data], refused: null };
}

/** Both orders under the name of one group, sent together. */
async function sendPair(bodies: Body[], { id, clientIds }: Attempt, words: Words): Promise<Answer> {
  const sent = bodies.map((body, place) => ({
    ...body,
    oco_group: id,
    client_order_id: clientIds[place] ?? id,
  }));
  const answer = await api.POST("/v1/orders/batch", { body: sent });
  if (!answer.data) return refusalOf(answer.error, answer.response.status, words);
  const placed = answer.data.flatMap(({ order, journal_position: position, repeated }) =>
    order && position ? [{ order, journal_position: position, ...(repeated && { repeated }) }] : [],
  );
  const refusals = answer.data.flatMap(({ problem }) =>
    problem ? refusalOf({ ...problem, ...problem.figures }, problem.may_be_recorded ? 503 : 422, words) : [],
  );
  const unknown = refusals.find(({ isKnown }) => !isKnown);
  if (unknown) return unknown;
  const [refused = null] = refusals;
  return refused && !placed.length ? refused : { placed, refused };
}

/** Send an attempt's orders. An answer that does not come is one too: nobody knows then. */
export function sending(bodies: Body[], attempt: Attempt, words: Words = problemText): Promise<Answer> {
  const [body] = bodies;
  const asked =
    body && bodies.length === 1 ? sendOne(body, attempt, words) : sendPair(bodies, attempt, words);
  return asked.catch(() => silence);
}

function isOutcome(answer: Answer): answer is Outcome {
  return "placed" in answer;
}

/**
 * Sends what `form` asks for and tells how its attempts stand. An attempt that nobody answered can be repeated: it is
 * never placed twice. What becomes of it is kept outside of the form, which may be gone by then.
 */
export function usePlacing(form: string, accountId: string) {
  const takeIn = useTakeIn();
  const { data: instruments } = useInstruments();
  const baseAsset = useAccount()?.base_asset;
  const all = useAttempts((state) => state.attempts);
  // A form that is only hidden, while the next page loads, tells nobody anything: that ends layout effects alone.
  useLayoutEffect(() => attend(form), [form]);
  const attempts = useMemo(() => all.filter((attempt) => attempt.form === form), [all, form]);
  /** Returns whether it was taken. */
  const send = async (orders: TicketOrder[], what: string): Promise<boolean> => {
    const bodies = orders.map((order) => ({ account_id: accountId, ...order }));
    const attempt = begin(form, bodies, what);
    const id = orders[0]?.instrument ?? "";
    const symbol = instruments?.find((each) => each.instrument_id === id)?.symbol ?? id;
    // The figures of a denial stand beside the other parts of its problem.
    const words = (problem: unknown) =>
      denialText(
        {
          code: problemCode(problem),
          detail: problemText(problem),
          figures: problem as Record<string, unknown>,
        },
        { symbol, baseAsset },
      );
    const answer = await sending(bodies, attempt, words);
    if (!isOutcome(answer)) {
      failed(attempt, answer);
      return false;
    }
    succeeded(attempt, answer);
    answer.placed.forEach(takeIn);
    return true;
  };
  return {
    attempts,
    send,
    isPending: attempts.some(({ standing }) => standing.is === "sent"),
    forget: () => {
      forget(form);
    },
  };
}
