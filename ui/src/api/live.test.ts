// @vitest-environment jsdom

import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import {
  backoffMs,
  type Frame,
  retryNow,
  subscribedNames,
  useChannel,
  useLink,
  useLiveConnection,
} from "./live";
import { useSession } from "./session";

class FakeSocket {
  static readonly OPEN = 1;
  static opened: FakeSocket[] = [];
  readyState = FakeSocket.OPEN;
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor() {
    FakeSocket.opened.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.readyState = 3;
  }

  tell(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  accept(): void {
    this.onopen?.();
    this.tell({ op: "authenticated" });
  }

  lose(code = 1006): void {
    this.onclose?.({ code });
  }
}

const newest = () => FakeSocket.opened.at(-1) ?? expect.fail("no socket was opened");
const opsOf = (socket: FakeSocket) => socket.sent.map((frame) => frame.op);
const heard: Frame[] = [];
const hear = (frame: Frame) => heard.push(frame);
let leave: () => void;

function Page() {
  useLiveConnection();
  useChannel("orders:a", hear);
  return null;
}

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  FakeSocket.opened = [];
  heard.length = 0;
  useSession.getState().signIn({ access_token: "access", refresh_token: "refresh" });
  const root = createRoot(document.createElement("div"));
  await act(async () => {
    root.render(createElement(Page));
    await Promise.resolve();
  });
  leave = () => {
    act(() => {
      root.unmount();
    });
  };
});

afterEach(() => {
  leave();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the stream", () => {
  it("is live, and subscribes, only once the server knows who watches", () => {
    newest().onopen?.();
    expect(newest().sent).toEqual([{ op: "auth", token: "access" }]);
    expect(useLink.getState().state).not.toBe("live");
    newest().tell({ op: "authenticated" });
    expect(newest().sent.at(-1)).toEqual({ op: "subscribe", channels: ["orders:a"] });
    expect(useLink.getState().state).toBe("live");
  });

  it("hands a frame of the book to those who watch its account", () => {
    newest().accept();
    newest().tell({ channel: "orders", account_id: "a", type: "change", position: "1", data: {} });
    newest().tell({ channel: "orders", account_id: "b", type: "change", position: "2", data: {} });
    expect(heard.map((frame) => frame.position)).toEqual(["1"]);
    expect(subscribedNames({ channel: "quotes:BTC-USDT.SIM" })).toEqual(["quotes:BTC-USDT.SIM"]);
    expect(subscribedNames({ channel: "accounts", account_id: "a" })).toEqual(["accounts:a", "accounts"]);
  });

  it("asks for a snapshot for whoever keeps rows and comes later, once", () => {
    newest().accept();
    const keep = () => undefined;
    const Keeper = () => {
      useChannel("orders:a", keep, true);
      return null;
    };
    const Both = () => [createElement(Keeper, { key: 1 }), createElement(Keeper, { key: 2 })];
    const asked = () => newest().sent.filter(({ op }) => op === "subscribe").length;
    const root = createRoot(document.createElement("div"));
    for (const times of [2, 3]) {
      act(() => {
        root.render(createElement(Both));
      });
      expect(opsOf(newest()).slice(-2)).toEqual(["unsubscribe", "subscribe"]);
      expect(asked()).toBe(times);
      act(() => {
        root.render(null);
      });
    }
    expect(opsOf(newest()).at(-1)).toBe("subscribe");
  });

  it("says since when it is cut off, connects again and subscribes anew", async () => {
    newest().accept();
    newest().lose();
    const { state, liveAt, retryAt } = useLink.getState();
    expect(state).toBe("offline");
    expect(retryAt).toBeGreaterThan(liveAt ?? Infinity);
    await vi.advanceTimersByTimeAsync(500);
    expect(FakeSocket.opened).toHaveLength(2);
    newest().accept();
    expect(opsOf(newest())).toEqual(["auth", "subscribe"]);
    expect(useLink.getState().state).toBe("live");
  });

  it("comes less and less often where it is let in and sent away again, until it stays", async () => {
    const answer = () => {
      newest().accept();
      newest().tell({ op: "subscribe", problem: { status: 503 } });
    };
    for (let second = 0; second < 60; second += 1) {
      if (newest().sent.length === 0) answer();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(FakeSocket.opened.length).toBeLessThan(15);
    expect(useLink.getState().isLost).toBe(true);
    retryNow();
    newest().accept();
    newest().tell({ op: "pong" });
    const opened = FakeSocket.opened.length;
    newest().lose();
    await vi.advanceTimersByTimeAsync(600);
    expect(FakeSocket.opened).toHaveLength(opened + 1);
  });

  it("does not wait when a person is impatient, and then opens one socket only", async () => {
    newest().lose();
    retryNow();
    retryNow();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(FakeSocket.opened).toHaveLength(2);
  });

  it("takes a socket that is silent for dead", async () => {
    newest().accept();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(opsOf(newest())).toContain("ping");
    expect(useLink.getState().state).toBe("live");
    await vi.advanceTimersByTimeAsync(12_000);
    expect(FakeSocket.opened.length).toBeGreaterThan(1);
  });

  it("renews a token that ran out before it connects again", async () => {
    const tokens = { access_token: "next", refresh_token: "next refresh" };
    vi.stubGlobal("fetch", () => Promise.resolve(Response.json(tokens)));
    newest().accept();
    newest().lose(4401);
    await vi.advanceTimersByTimeAsync(500);
    newest().onopen?.();
    expect(newest().sent).toEqual([{ op: "auth", token: "next" }]);
  });

  it("tries a renewal whose answer was lost again, well within the server's grace", async () => {
    const ask = vi.fn(() => Promise.reject(new TypeError("lost")));
    vi.stubGlobal("fetch", ask);
    newest().onopen?.();
    newest().tell({ op: "authenticated", expires_at: new Date(Date.now() + 120_000).toISOString() });
    await vi.advanceTimersByTimeAsync(61_000);
    expect(ask).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it("is closed, not live, once the session has ended", () => {
    newest().accept();
    act(() => {
      useSession.getState().expire();
    });
    expect(useLink.getState()).toMatchObject({ state: "closed", retryAt: null });
    expect(useLink.getState().liveAt).not.toBeNull();
  });

  it("starts afresh where a part of the server could not serve a subscription", async () => {
    newest().accept();
    newest().tell({ op: "subscribe", problem: { status: 503 } });
    expect(useLink.getState().state).toBe("offline");
    await vi.advanceTimersByTimeAsync(500);
    expect(FakeSocket.opened).toHaveLength(2);
  });
});

describe("the wait before another attempt", () => {
  it("doubles up to ten seconds and is spread over its later half", () => {
    expect([1, 2, 3, 10].map((attempt) => backoffMs(attempt, 0))).toEqual([500, 1_000, 2_000, 10_000]);
    expect(backoffMs(10, 1)).toBe(5_000);
  });
});
