// @vitest-environment jsdom

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, createElement, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { unpaidText, useOpening } from "./opening";

const first = { name: "main", baseAsset: "USDT", amount: "100" };
const posted: { path: string; key: string | null; body: unknown }[] = [];
/** What the next deposits are answered with; a fault is an answer that is lost. */
let deposits: (() => Response)[];
let open: ReturnType<typeof useOpening>;
let leave: () => void;
const onDone = vi.fn();
const onUnpaid = vi.fn();

function Page() {
  const now = useOpening({ onDone, onUnpaid });
  useEffect(() => {
    open = now;
  });
  return null;
}

async function attempt(asked = first): Promise<void> {
  await act(async () => {
    await open.mutateAsync(asked).catch(() => undefined);
  });
}

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname;
    posted.push({ path, key: request.headers.get("idempotency-key"), body: await request.json() });
    if (path === "/v1/accounts") return Response.json({ account_id: "a" });
    return deposits.shift()?.() ?? Response.json({});
  });
  posted.length = 0;
  deposits = [];
  const root = createRoot(document.createElement("div"));
  act(() => {
    root.render(createElement(QueryClientProvider, { client: new QueryClient() }, createElement(Page)));
  });
  leave = () => {
    act(() => {
      root.unmount();
    });
  };
});

afterEach(() => {
  leave();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

const lost = () => {
  throw new TypeError("lost");
};
const refused = () => Response.json({ detail: "not an amount" }, { status: 422 });

it("opens the account and pays in what it starts with", async () => {
  await attempt();
  expect(posted.map((each) => each.path)).toEqual(["/v1/accounts", "/v1/accounts/a/deposits"]);
  expect(onDone).toHaveBeenCalledExactlyOnceWith("a");
});

it("does not open it again where only the money was lost, and pays that in once", async () => {
  deposits = [lost];
  await attempt();
  expect(open.isOpen).toBe(true);
  expect(onUnpaid).toHaveBeenCalledTimes(1);
  await attempt({ ...first, name: "another name", baseAsset: "EUR" });
  const [, one, other, ...more] = posted;
  expect(more).toEqual([]);
  expect(one).toEqual(other);
  expect(one?.key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(onDone).toHaveBeenCalledExactlyOnceWith("a");
});

it.each([
  [503, "journal_outcome_unknown"],
  [409, "request_in_progress"],
])("asks under the same key after %i %s, for the money may be in it", async (status, code) => {
  deposits = [() => Response.json({ code, detail: "ask again" }, { status })];
  await attempt();
  expect(unpaidText(open.error)).toContain("not known");
  await attempt();
  const [, one, other] = posted;
  expect(other).toEqual(one);
  expect(onDone).toHaveBeenCalledExactlyOnceWith("a");
});

it("keeps the key of what nobody knows though a later try comes too soon", async () => {
  deposits = [lost, () => Response.json({ code: "rate_limited", detail: "slower" }, { status: 429 })];
  for (let tries = 0; tries < 3; tries += 1) await attempt();
  const [, ...paid] = posted;
  expect(paid).toHaveLength(3);
  expect(new Set(paid.map((each) => each.key)).size).toBe(1);
});

it("pays another amount in where the first one was refused, as something new", async () => {
  deposits = [refused];
  await attempt();
  expect(unpaidText(open.error)).toContain("not in it yet");
  await attempt({ ...first, amount: "200" });
  expect(posted.map((each) => each.body)).toEqual([
    { name: "main", venue: "paper", base_asset: "USDT" },
    { asset: "USDT", amount: "100" },
    { asset: "USDT", amount: "200" },
  ]);
  expect(new Set(posted.map((each) => each.key)).size).toBe(3);
});

it("tells of missing money even where what asked is gone by then", async () => {
  deposits = [
    () => {
      leave();
      return refused();
    },
  ];
  await attempt();
  expect(onUnpaid).toHaveBeenCalledTimes(1);
});
