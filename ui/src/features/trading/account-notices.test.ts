// @vitest-environment jsdom

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Account } from "../../api/types";
import { askState } from "../../state/own-states";
import { stateNotices } from "./account-notices";

const account = (id: string, state: Account["state"], reason = ""): Account =>
  ({ account_id: id, name: `Account ${id}`, state, state_reason: reason }) as Account;
const active = new Map(["a", "b", "c", "d", "e"].map((id) => [id, "active" as const]));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the state of an account", () => {
  it("is told when somebody else changed it, with the reason and where to act on it", () => {
    expect(stateNotices(active, [account("a", "halted", "drawdown")])).toEqual([
      {
        title: "Account a is halted",
        detail: "No orders are taken. Reason: drawdown",
        tone: "loss",
        path: "/risk",
        pathText: "Show the accounts under Risk",
      },
    ]);
    const [reducing] = stateNotices(active, [account("a", "reducing")]);
    expect(reducing).toMatchObject({ title: "Account a is reducing", tone: "attention" });
    const [resumed] = stateNotices(new Map([["a", "halted"]]), [account("a", "active")]);
    expect(resumed).toMatchObject({ title: "Account a is active again", tone: "quiet" });
  });

  it("is told once, and not of accounts that are just known", () => {
    const halted = [account("a", "halted"), account("new", "halted")];
    expect(stateNotices(active, halted)).toHaveLength(1);
    expect(stateNotices(new Map(halted.map((each) => [each.account_id, each.state])), halted)).toEqual([]);
  });

  it("is one notice for many accounts", () => {
    const all = ["a", "b", "c", "d", "e"].map((id) => account(id, "halted"));
    expect(stateNotices(active, all)).toMatchObject([
      {
        title: "5 accounts are halted",
        detail: "No orders are taken. Account a, Account b, Account c and 2 more",
      },
    ]);
  });

  it("is not told to whoever changed it from this page, one account or all of them", () => {
    askState("halted", "a");
    expect(stateNotices(active, [account("a", "halted"), account("b", "halted")])).toMatchObject([
      { title: "Account b is halted" },
    ]);
    expect(stateNotices(active, [account("a", "reducing")])).toHaveLength(1);
    askState("reducing");
    expect(stateNotices(active, [account("b", "reducing"), account("c", "reducing")])).toEqual([]);
    vi.advanceTimersByTime(120_000);
    expect(stateNotices(active, [account("b", "reducing")])).toHaveLength(1);
  });
});
