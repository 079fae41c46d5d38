import { describe, expect, it, vi } from "vitest";

import { found } from "../state/matching";
import { errandsOf } from "./errands";

const owner = ["read", "trade", "manage", "admin", "audit"];
const titlesFor = (typed: string, scopes: string[]) =>
  found(errandsOf(scopes, vi.fn()), typed).map((each) => each.title);

describe("an errand", () => {
  it.each([
    ["open account", "Open a paper account"],
    ["halt", "Halt an account"],
    ["stop trading", "Halt an account"],
    ["API key", "API keys"],
    ["invite", "Invite somebody"],
    ["exchange", "Connect an account"],
  ])("is found by %s", (typed, title) => {
    expect(titlesFor(typed, owner)[0]).toBe(title);
  });
  it("is not offered to who may not do it", () => {
    for (const typed of ["open account", "halt", "invite", "members"])
      expect(titlesFor(typed, ["read"])).toEqual([]);
    expect(titlesFor("halt", ["read", "trade"])).toEqual(["Halt an account"]);
  });
  it("leads to where it is done", () => {
    const go = vi.fn();
    found(errandsOf(owner, go), "invite")[0]?.run();
    expect(go).toHaveBeenCalledWith({ to: "/settings/$section", params: { section: "members" } });
  });
});

describe("a command", () => {
  const command = { id: "", group: "Trade" as const, run: vi.fn() };
  it("is found by its other words, after those that are called so", () => {
    const flatten = { ...command, title: "Flatten position in BTC/USDT", also: "close" };
    const close = { ...command, title: "Close" };
    expect(found([flatten, close], "close")).toEqual([close, flatten]);
    expect(found([flatten], "close position")).toEqual([flatten]);
  });
});
