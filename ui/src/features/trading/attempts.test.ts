// @vitest-environment jsdom

import { beforeEach, describe, expect, it, vi } from "vitest";

import { useToasts } from "../../state/toasts";
import {
  attend,
  begin,
  failed,
  found,
  leave,
  type Outcome,
  type Refusal,
  succeeded,
  useAttempts,
} from "./attempts";
import { orderLike } from "./example";

const form = "ticket a1 BTC-USDT.SIM";
const order = { account_id: "a1", instrument: "BTC-USDT.SIM", side: "buy", type: "market", quantity: "0.1" };
const what = "Buy 0.1 BTC/USDT";
const send = (bodies: object[] = [order], from = form) => begin(from, bodies, what);
const silence: Refusal = { message: "No answer.", isKnown: false, code: "", position: null };
const limited: Refusal = { message: "Too many.", isKnown: true, code: "rate_limited", position: null };
const denied: Refusal = { message: "Too much.", isKnown: true, code: "limit_exceeded", position: "7" };
const recorded = (id: string, repeated = false): Outcome => ({
  placed: [{ order: orderLike({ client_order_id: id }), journal_position: "5", repeated }],
  refused: null,
});
const row = (id: string, status: "filled" | "denied" = "filled") =>
  orderLike({ client_order_id: id, status, reason: status === "denied" ? "too much" : "" });
const newest = () => useAttempts.getState().attempts.at(-1);
const told = () => useToasts.getState().toasts.map(({ title }) => title);

beforeEach(() => {
  useAttempts.setState({ attempts: [] });
  useToasts.setState({ toasts: [] });
  return attend(form);
});

describe("an order that was sent", () => {
  it("is another one than the next, once it was answered", () => {
    const first = send();
    succeeded(first, recorded(first.id));
    const second = send();
    failed(second, denied);
    expect(new Set([first.id, second.id, send().id]).size).toBe(3);
  });

  it("has an id on a page without TLS too", () => {
    vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
    expect(send().id).toMatch(/^[0-9a-f-]{36}$/);
    vi.unstubAllGlobals();
  });

  it("keeps its id until an answer came, so that a second attempt is no second order", () => {
    const first = send();
    failed(first, silence);
    expect(newest()?.standing.is).toBe("unanswered");
    expect(send([{ ...order }]).id).toBe(first.id);
    expect(send([{ ...order, quantity: "0.2" }]).id).not.toBe(first.id);
  });

  it("keeps its id where a second attempt is refused before anybody looked for the first", () => {
    const first = send();
    failed(first, silence);
    failed(send(), limited);
    expect(newest()?.standing).toEqual({ is: "unanswered", refusal: limited });
    expect(send().id).toBe(first.id);
  });

  it("is settled by a denial that stands in the book under its id", () => {
    const first = send();
    failed(first, silence);
    failed(send(), denied);
    expect(newest()?.standing.is).toBe("refused");
    expect(send().id).not.toBe(first.id);
  });

  it("is not without an answer again because an older attempt at it gave up", () => {
    const first = send();
    const second = send();
    succeeded(second, recorded(first.id));
    failed(first, silence);
    expect(newest()?.standing.is).toBe("answered");
  });

  it("is known for the same one after the page was loaded again", async () => {
    const first = send();
    await useAttempts.persist.rehydrate();
    expect(newest()?.standing.is).toBe("unanswered");
    expect(send().id).toBe(first.id);
  });

  it("is forgotten after a reload where it was answered", async () => {
    const first = send();
    succeeded(first, recorded(first.id));
    await useAttempts.persist.rehydrate();
    expect(useAttempts.getState().attempts).toEqual([]);
  });
});

describe("an order whose answer was lost", () => {
  it("is settled when the stream shows it, and the next is a second order", () => {
    const first = send();
    failed(first, silence);
    found([row("another"), row(first.id)]);
    expect(newest()?.standing).toEqual({ is: "found", orders: [row(first.id)] });
    expect(send().id).not.toBe(first.id);
  });

  it("is settled at once where the stream has shown it before", () => {
    const first = send();
    found([row(first.id)]);
    expect(newest()?.standing.is).toBe("sent");
    failed(first, silence);
    expect(newest()?.standing.is).toBe("found");
  });

  it("is not settled by other orders", () => {
    const first = send();
    failed(first, silence);
    found([row("another")]);
    expect(send().id).toBe(first.id);
  });

  it("keeps its ids as a pair until both are shown", () => {
    const pair = [order, { ...order, type: "stop" }];
    const first = send(pair);
    failed(first, silence);
    found([row(`${first.id}-1`)]);
    expect(newest()?.standing.is).toBe("unanswered");
    found([row(`${first.id}-2`)]);
    expect(newest()?.standing.is).toBe("found");
    expect(send(pair).id).not.toBe(first.id);
  });

  it("keeps its id though the person has read enough of it", () => {
    const first = send();
    failed(first, silence);
    leave(first.id);
    expect(newest()?.isLeft).toBe(true);
    expect(send().id).toBe(first.id);
    expect(newest()?.isLeft).toBe(false);
  });
});

describe("what became of an order", () => {
  const away = "ticket a2 BTC-USDT.SIM";

  it("is told by its form while that is on the page", () => {
    failed(send(), denied);
    expect(told()).toEqual([]);
  });

  it("is told at the edge where the form is gone, be it denied, not placed or without an answer", () => {
    failed(send([order], away), denied);
    expect(useToasts.getState().toasts[0]?.path).toBe("/journal/7");
    failed(send([order], away), limited);
    const third = send([order], away);
    failed(third, silence);
    found([row(third.id)]);
    expect(told()).toEqual([
      `Denied: ${what}`,
      `Not placed: ${what}`,
      `No answer yet: ${what}`,
      `Recorded, although no answer came: ${what}`,
    ]);
    expect(useToasts.getState().toasts[3]?.path).toBe("/journal?order=o1");
  });

  it("is told at the edge where the stream shows that it was denied", () => {
    const first = send([order], away);
    failed(first, silence);
    found([row(first.id, "denied")]);
    expect(told()[1]).toBe(`Denied: ${what}`);
  });

  it("is told at the edge where the form has sent another since", () => {
    const first = send();
    failed(first, silence);
    failed(send([{ ...order, quantity: "0.2" }]), silence);
    found([row(first.id)]);
    expect(told()).toEqual([`Recorded, although no answer came: ${what}`]);
  });

  it("is told at the edge where it placed nothing because it was recorded before", () => {
    const first = send([order], away);
    succeeded(first, recorded(first.id, true));
    expect(told()).toEqual([`Recorded, although no answer came: ${what}`]);
  });

  it("needs no telling where it was taken", () => {
    const first = send([order], away);
    succeeded(first, recorded(first.id));
    expect(told()).toEqual([]);
  });

  it("is forgotten when its form goes, unless nobody knows it", () => {
    const leaveForm = attend(away);
    failed(send([order], away), denied);
    failed(send([{ ...order, quantity: "0.2" }], away), silence);
    leaveForm();
    expect(useAttempts.getState().attempts.map(({ standing }) => standing.is)).toEqual(["unanswered"]);
  });

  it("is nothing to its form when that comes back, where it was settled meanwhile", () => {
    const leaveForm = attend(away);
    const first = send([order], away);
    leaveForm();
    succeeded(first, recorded(first.id));
    expect(useAttempts.getState().attempts).toEqual([]);
    const second = send([order], away);
    failed(second, silence);
    found([row(second.id)]);
    expect(useAttempts.getState().attempts).toEqual([]);
    expect(told()).toContain(`Recorded, although no answer came: ${what}`);
  });

  it("is told at the edge where its form goes before it could be read", () => {
    const leaveForm = attend(away);
    failed(send([order], away), denied);
    leaveForm();
    expect(told()).toEqual([`Denied: ${what}`]);
  });

  it("is not told at the edge where there was time to read it", () => {
    vi.useFakeTimers();
    const leaveForm = attend(away);
    failed(send([order], away), denied);
    vi.advanceTimersByTime(3_000);
    leaveForm();
    expect(told()).toEqual([]);
    vi.useRealTimers();
  });

  it("is kept of a bounded number", () => {
    for (let n = 0; n < 150; n += 1) failed(send([{ ...order, quantity: String(n) }]), silence);
    expect(useAttempts.getState().attempts).toHaveLength(100);
  });
});
