// @vitest-environment jsdom

import { afterEach, describe, expect, it, vi } from "vitest";

import { claimsOf, Tabs, type Tokens } from "./tabs";

/** Tabs of other tests are still there: each test has a session of its own. */
function tokensOf(sid: string, jti: string): Tokens {
  const payload = btoa(JSON.stringify({ sid, jti })).replaceAll("+", "-").replaceAll("/", "_");
  return { access_token: `head.${payload}.signature`, refresh_token: `refresh ${jti}` };
}

const open: Tab[] = [];

/** A tab that holds `first` and takes what it is told. */
class Tab {
  held: Tokens | null;
  renewals = 0;
  readonly tabs: Tabs;

  constructor(first: Tokens | null) {
    this.held = first;
    open.push(this);
    this.tabs = new Tabs(
      () => this.held,
      (tokens) => {
        this.held = tokens;
      },
    );
  }

  renew(next: Tokens): Promise<boolean> {
    return this.tabs.alone(() => {
      this.renewals += 1;
      this.held = next;
      this.tabs.tell(next);
      return Promise.resolve(true);
    });
  }
}

/** What a browser does: whoever asks for a lock waits until it is free. */
function grantLocks() {
  let last = Promise.resolve();
  const request = (_: string, run: () => Promise<boolean>) => {
    const granted = last.then(run);
    last = granted.then(() => undefined);
    return granted;
  };
  vi.stubGlobal("navigator", { locks: { request } });
}

afterEach(() => {
  vi.unstubAllGlobals();
  // They would answer whoever asks next.
  for (const tab of open.splice(0)) tab.held = null;
});

describe("tabs of one session", () => {
  it("know which session a token is of, and nothing of what is no token", () => {
    expect(claimsOf(tokensOf("s", "1").access_token)).toEqual({ sid: "s", jti: "1" });
    expect([null, "", "of.another.time", "a.b"].map(claimsOf)).toEqual([null, null, null, null]);
  });

  it("all have what one of them renewed", async () => {
    const [one, other] = [new Tab(tokensOf("a", "1")), new Tab(tokensOf("a", "1"))];
    await one.renew(tokensOf("a", "2"));
    await vi.waitFor(() => {
      expect(other.held).toEqual(tokensOf("a", "2"));
    });
  });

  it("renew once where both want to at the same moment", async () => {
    grantLocks();
    const [one, other] = [new Tab(tokensOf("b", "1")), new Tab(tokensOf("b", "1"))];
    const both = [one.renew(tokensOf("b", "2")), other.renew(tokensOf("b", "3"))];
    expect(await Promise.all(both)).toEqual([true, true]);
    expect([one.renewals, other.renewals]).toEqual([1, 0]);
    expect(other.held).toEqual(tokensOf("b", "2"));
  });

  it("ask the others first, for a tab that slept may hold what was used long ago", async () => {
    const awake = new Tab(tokensOf("c", "5"));
    const woken = new Tab(tokensOf("c", "1"));
    expect(await woken.renew(tokensOf("c", "6"))).toBe(true);
    expect(woken.renewals).toBe(0);
    expect(woken.held).toEqual(awake.held);
  });

  it("do not take what is older, or of another session", async () => {
    const [one, other] = [new Tab(tokensOf("d", "5")), new Tab(tokensOf("t", "1"))];
    const signedOut = new Tab(null);
    const third = new Tab(tokensOf("d", "5"));
    third.tabs.tell(tokensOf("d", "4"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([one.held, other.held, signedOut.held]).toEqual([tokensOf("d", "5"), tokensOf("t", "1"), null]);
    expect(await other.renew(tokensOf("t", "2"))).toBe(true);
    expect(other.renewals).toBe(1);
  });
});

describe("a new tab", () => {
  it("is signed in by a tab that is, and renews as one of them", async () => {
    grantLocks();
    const there = new Tab(tokensOf("new", "1"));
    const opened = new Tab(null);
    opened.tabs.ask();
    await vi.waitFor(() => {
      expect(opened.held).toEqual(there.held);
    });
    const next = tokensOf("new", "2");
    await Promise.all([there.renew(next), opened.renew(next)]);
    expect(there.renewals + opened.renewals).toBe(1);
  });

  it("takes nothing that it has not asked for", async () => {
    const there = new Tab(tokensOf("unasked", "1"));
    const opened = new Tab(null);
    there.tabs.tell(tokensOf("unasked", "2"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(opened.held).toBeNull();
  });
});
