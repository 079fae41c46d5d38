import { useMutation } from "@tanstack/react-query";

import { useTakeIn } from "../../api/book";
import { api, problemText } from "../../api/client";
import type { Order } from "../../api/types";
import type { Draft } from "./draft";
import { isPair, OrderIds, orderOf, pairOf, type TicketOrder } from "./ticket-order";

/** Why an order was not placed, or why nobody knows. */
export class NotPlaced extends Error {
  /** Whether the order is known not to have been placed. */
  readonly isKnown: boolean;
  readonly code: string;
  /** Where the denial stands in the journal; null where it was not recorded. */
  readonly position: string | null;

  constructor(message: string, { isKnown, code, position }: Omit<NotPlaced, keyof Error>) {
    super(message);
    this.isKnown = isKnown;
    this.code = code;
    this.position = position;
  }
}

/** An order that was taken, with where that stands in the journal. */
export interface Placed {
  order: Order;
  journal_position: string;
}

/** What became of the ticket: of a pair, the second may be refused although the first was taken. */
export interface Outcome {
  placed: Placed[];
  refused: NotPlaced | null;
}

const orderIds = new OrderIds();
const clientIds = new Set<string>();
const clientIdsMax = 200;

/** Whether the order was placed by this page, whose ticket has told of a denial already. */
export function isFromHere(order: Pick<Order, "client_order_id">): boolean {
  return clientIds.has(order.client_order_id);
}

function remember(id: string): string {
  clientIds.add(id);
  if (clientIds.size > clientIdsMax) clientIds.delete([...clientIds][0] ?? "");
  return id;
}

function text(problem: unknown, name: string): string {
  const value: unknown = problem && typeof problem === "object" ? Reflect.get(problem, name) : null;
  return typeof value === "string" ? value : "";
}

/** What an answer that is no order says. After a fault of the server the order may stand in the book all the same. */
export function refusalOf(problem: unknown, status: number): NotPlaced {
  return new NotPlaced(problemText(problem), {
    isKnown: status < 500,
    code: text(problem, "code"),
    position: text(problem, "journal_position") || null,
  });
}

const silence = () =>
  new NotPlaced("The server did not answer. Check that it runs, then try again.", {
    isKnown: false,
    code: "",
    position: null,
  });

async function placeOne(accountId: string, order: TicketOrder): Promise<Outcome> {
  const body = { account_id: accountId, ...order };
  const sent = { ...body, client_order_id: remember(orderIds.idFor(body)) };
  const answer = await api.POST("/v1/orders", { body: sent }).catch(() => null);
  if (!answer) throw silence();
  const refused = answer.data ? null : refusalOf(answer.error, answer.response.status);
  if (!refused || refused.isKnown) orderIds.answered(body);
  if (refused) throw refused;
  return { placed: answer.data ? [answer.data] : [], refused };
}

/** Both orders under the name of one group, sent together; the name, too, stays until an answer came. */
async function placePair(accountId: string, pair: TicketOrder[]): Promise<Outcome> {
  const bodies = pair.map((order) => ({ account_id: accountId, ...order }));
  const group = orderIds.idFor(bodies);
  const sent = bodies.map((body, place) => ({
    ...body,
    oco_group: group,
    client_order_id: remember(`${group}-${place + 1}`),
  }));
  const answer = await api.POST("/v1/orders/batch", { body: sent }).catch(() => null);
  if (!answer) throw silence();
  const failed = answer.data ? null : refusalOf(answer.error, answer.response.status);
  if (!failed || failed.isKnown) orderIds.answered(bodies);
  if (failed) throw failed;
  const items = answer.data ?? [];
  const placed = items.flatMap(({ order, journal_position: position }) =>
    order && position ? [{ order, journal_position: position }] : [],
  );
  const problem = items.find((item) => item.problem)?.problem;
  const refused = problem ? refusalOf(problem, 422) : null;
  if (refused && !placed.length) throw refused;
  return { placed, refused };
}

/** Place what the draft asks for. An attempt that nobody answered can be repeated: it is never placed twice. */
export function usePlaceDraft(accountId: string, instrumentId: string) {
  const takeIn = useTakeIn();
  return useMutation<Outcome, NotPlaced, Draft>({
    mutationFn: (draft) => {
      const order = orderOf(draft, instrumentId);
      return isPair(draft)
        ? placePair(accountId, [order, pairOf(draft, instrumentId)])
        : placeOne(accountId, order);
    },
    onSuccess: ({ placed }) => {
      placed.forEach(takeIn);
    },
  });
}

/** Place one order, such as the one that closes a position. */
export function usePlaceOrder(accountId: string) {
  const takeIn = useTakeIn();
  return useMutation<Outcome, NotPlaced, TicketOrder>({
    mutationFn: (order) => placeOne(accountId, order),
    onSuccess: ({ placed }) => {
      placed.forEach(takeIn);
    },
  });
}
