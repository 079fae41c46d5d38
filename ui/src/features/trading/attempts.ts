import { create } from "zustand";
import { persist } from "zustand/middleware";

import { newId } from "../../api/once-keys";
import type { Order } from "../../api/types";
import { tell } from "../../state/toasts";
import { keepsWork } from "../../state/work";

/** Why an order was not placed, or why nobody knows. */
export interface Refusal {
  message: string;
  /** Whether the order is known not to have been placed by this attempt. */
  isKnown: boolean;
  code: string;
  /** Where the denial stands in the journal; null where it was not recorded. */
  position: string | null;
}

/** An order that was taken, with where that stands in the journal. */
export interface Placed {
  order: Order;
  journal_position: string;
  /** It was recorded by an earlier attempt: this one placed nothing. */
  repeated?: boolean;
}

/** What the server answered: of a pair, the second may be refused although the first was taken. */
export interface Outcome {
  placed: Placed[];
  refused: Refusal | null;
}

/** How far an attempt has come. */
type Standing =
  | { is: "sent" }
  /** Nobody knows; what it was sent with keeps its ids. `refusal` is what was told last. */
  | { is: "unanswered"; refusal: Refusal }
  | { is: "refused"; refusal: Refusal }
  | { is: "answered"; outcome: Outcome }
  /** No answer came, but the stream has shown what became of it. */
  | { is: "found"; orders: Order[] };

/** An order, or a pair of them, that was sent from here. */
export interface Attempt {
  /** The client order id of the order; of a pair the name of its group. */
  id: string;
  clientIds: string[];
  /** What was sent, without its ids: the same content goes out under the same ids until its fate is known. */
  content: string;
  /** The form that sent it, which tells what becomes of it as long as it is on the page. */
  form: string;
  /** The order in words. */
  what: string;
  /** Whether an earlier sending got no answer: then a refusal of this one leaves that one's fate open. */
  isAgain: boolean;
  /** Which of its orders the stream has shown. */
  found: Order[];
  standing: Standing;
  /** When its standing was told last, in ms since 1970. */
  toldAt: number;
  /** The person has read that there is no answer. */
  isLeft: boolean;
}

const attemptsMax = 100;

/**
 * What was sent from this tab and is not settled, and the last of each form. What is not settled outlives the page:
 * sent again after a reload, an order must still be known for the one that it may be.
 */
export const useAttempts = create<{ attempts: Attempt[] }>()(
  persist(() => ({ attempts: [] as Attempt[] }), {
    name: "tradebook.attempts",
    partialize: ({ attempts }) => ({ attempts: attempts.filter(isOpenAttempt) }),
    merge: (kept, empty) => ({
      ...empty,
      attempts: (kept as { attempts: Attempt[] } | undefined)?.attempts.map(afterReload) ?? [],
    }),
    storage: {
      getItem: (key) => JSON.parse(sessionStorage.getItem(key) ?? "null") as null,
      setItem: (key, value) => {
        sessionStorage.setItem(key, JSON.stringify(value));
      },
      removeItem: (key) => {
        sessionStorage.removeItem(key);
      },
    },
  }),
);

// What got no answer may have been placed: it is shown to nobody any more, and whoever sends it again sends the same order.
keepsWork(() => {
  write((attempts) => attempts.filter(isOpenAttempt).map((attempt) => ({ ...attempt, isLeft: true })));
});

function afterReload(attempt: Attempt): Attempt {
  if (attempt.standing.is !== "sent") return attempt;
  const message = "The page was loaded again before the answer came.";
  return {
    ...attempt,
    standing: { is: "unanswered", refusal: { message, isKnown: false, code: "", position: null } },
  };
}

function isOpenAttempt({ standing }: Attempt): boolean {
  return standing.is === "sent" || standing.is === "unanswered";
}

function write(next: (attempts: Attempt[]) => Attempt[]): void {
  useAttempts.setState(({ attempts }) => ({ attempts: kept(next(attempts)) }));
}

/** What is not settled, and the newest of each form. */
function kept(attempts: Attempt[]): Attempt[] {
  const newest = new Map(attempts.map((attempt) => [attempt.form, attempt]));
  return attempts
    .filter((attempt) => isOpenAttempt(attempt) || newest.get(attempt.form) === attempt)
    .slice(-attemptsMax);
}

const fromHere = new Set<string>();
const fromHereMax = 200;

/** Whether the order was placed by this page, which tells of a denial where it was asked for. */
export function isFromHere(order: Pick<Order, "client_order_id">): boolean {
  return fromHere.has(order.client_order_id);
}

/** Begin to send `bodies` from `form`: under new ids, or those that the same content has while its fate is open. */
export function begin(form: string, bodies: readonly object[], what: string): Attempt {
  const content = JSON.stringify(bodies);
  const before = useAttempts
    .getState()
    .attempts.find((attempt) => isOpenAttempt(attempt) && attempt.content === content);
  const id = before?.id ?? newId();
  const clientIds = bodies.length > 1 ? bodies.map((_, place) => `${id}-${place + 1}`) : [id];
  for (const each of clientIds) fromHere.add(each);
  for (const each of [...fromHere].slice(0, -fromHereMax)) fromHere.delete(each);
  const attempt: Attempt = {
    ...{ id, clientIds, content, form, what },
    isAgain: before !== undefined,
    found: before?.found ?? [],
    standing: { is: "sent" },
    toldAt: 0,
    isLeft: false,
  };
  write((attempts) => [...attempts.filter((each) => each.id !== id), attempt]);
  return attempt;
}

/** The server has taken it, at least in part. */
export function succeeded({ id }: Attempt, outcome: Outcome): void {
  settle(id, () => ({ is: "answered", outcome }));
}

/** It was refused, or no answer came. */
export function failed({ id }: Attempt, refusal: Refusal): void {
  settle(id, (attempt) => {
    if (isSettledBy(refusal, attempt)) return { is: "refused", refusal };
    return isFoundWhole(attempt) ? { is: "found", orders: attempt.found } : { is: "unanswered", refusal };
  });
}

/**
 * Whether a refusal tells the fate of the order. After an earlier sending without an answer it does only where the
 * refusal stands in the book under the order's id: a limit of the rate, say, was met before anybody looked for it.
 */
function isSettledBy(refusal: Refusal, attempt: Attempt): boolean {
  if (!refusal.isKnown) return false;
  return !attempt.isAgain || refusal.position !== null || refusal.code === "client_order_id_reused";
}

/** The stream shows these orders: what got no answer and is among them has been recorded. */
export function found(orders: readonly Order[]): void {
  const open = useAttempts.getState().attempts.filter(isOpenAttempt);
  if (!open.length) return;
  const shown = new Map(orders.map((order) => [order.client_order_id, order]));
  for (const { id, clientIds } of open) {
    const its = clientIds.flatMap((clientId) => shown.get(clientId) ?? []);
    if (!its.length) continue;
    const isIts = (order: Order) => its.some((each) => each.client_order_id === order.client_order_id);
    const add = (attempt: Attempt): Attempt => ({
      ...attempt,
      found: [...attempt.found.filter((order) => !isIts(order)), ...its],
    });
    write((attempts) => attempts.map((attempt) => (attempt.id === id ? add(attempt) : attempt)));
    settle(id, (attempt) =>
      attempt.standing.is === "unanswered" && isFoundWhole(attempt)
        ? { is: "found", orders: attempt.found }
        : attempt.standing,
    );
  }
}

function isFoundWhole(attempt: Attempt): boolean {
  return attempt.found.length === attempt.clientIds.length;
}

function settle(id: string, standingOf: (attempt: Attempt) => Standing): void {
  const { attempts } = useAttempts.getState();
  const before = attempts.find((attempt) => attempt.id === id && isOpenAttempt(attempt));
  if (!before) return;
  const after = { ...before, standing: standingOf(before), toldAt: Date.now() };
  if (after.standing === before.standing) return;
  const isNewest = attempts.findLast((attempt) => attempt.form === before.form) === before;
  const isOnPage = onPage.has(before.form);
  // What is over and told at the edge is nothing to the form when it comes back.
  const isPast = !isOnPage && !isOpenAttempt(after);
  write((all) => all.flatMap((attempt) => (attempt !== before ? attempt : isPast ? [] : after)));
  if (!isNewest || !isOnPage) tellOf(after);
}

/** What its form told for a shorter time nobody may have read. */
const readMsMin = 2_000;

const onPage = new Map<string, number>();

/** The form is on the page and tells what becomes of its attempts, until the returned function is called. */
export function attend(form: string): () => void {
  onPage.set(form, (onPage.get(form) ?? 0) + 1);
  return () => {
    const others = (onPage.get(form) ?? 1) - 1;
    if (others) {
      onPage.set(form, others);
      return;
    }
    onPage.delete(form);
    const newest = useAttempts.getState().attempts.findLast((attempt) => attempt.form === form);
    if (newest && Date.now() - newest.toldAt < readMsMin) tellOf(newest);
    forget(form);
  };
}

/** What is settled has been read, and need not be told again. */
export function forget(form: string): void {
  write((attempts) => attempts.filter((attempt) => attempt.form !== form || isOpenAttempt(attempt)));
}

/** Do not show any more that there is no answer. Its ids stay: sent again, it is the same order. */
export function leave(id: string): void {
  write((attempts) =>
    attempts.map((attempt) => (attempt.id === id ? { ...attempt, isLeft: true } : attempt)),
  );
}

/** Where the form is not on the page any more, it is told at the edge. */
function tellOf({ standing, what }: Attempt): void {
  if (standing.is === "unanswered")
    tell({
      title: `No answer yet: ${what}`,
      detail: "It may have been recorded. Sending it again from its form is safe: it is never placed twice.",
      tone: "attention",
    });
  if (standing.is === "refused") tellRefusal(standing.refusal, what);
  if (standing.is === "found") tellFound(standing.orders, what);
  if (standing.is !== "answered") return;
  const { placed, refused } = standing.outcome;
  if (refused) tellRefusal(refused, `the second of a pair, ${what}`);
  else if (placed.some((each) => each.repeated))
    tellFound(
      placed.map((each) => each.order),
      what,
    );
}

function tellRefusal({ message, position }: Refusal, what: string): void {
  const word = position ? "Denied" : "Not placed";
  const path = position ? { path: `/journal/${position}` } : {};
  tell({ title: `${word}: ${what}`, detail: message, tone: "attention", ...path });
}

function tellFound(orders: Order[], what: string): void {
  const denied = orders.find((order) => order.status === "denied");
  const [order] = denied ? [denied] : orders;
  tell({
    title: denied ? `Denied: ${what}` : `Recorded, although no answer came: ${what}`,
    detail: denied ? denied.reason : "It was placed once. To send it again now would be a second order.",
    tone: denied ? "attention" : "quiet",
    ...(order && { path: eventsPath(order), pathText: "Show its events" }),
  });
}

/** Where the journal tells of the order. */
export function eventsPath({ order_id: id }: Pick<Order, "order_id">): string {
  return `/journal?order=${encodeURIComponent(id)}`;
}
