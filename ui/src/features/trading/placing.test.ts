// @vitest-environment jsdom

import { afterEach, describe, expect, it, vi } from "vitest";

import { begin } from "./attempts";
import { orderLike } from "./example";
import { sending } from "./placing";

const limit = {
  account_id: "a1",
  instrument: "BTC-USDT.SIM",
  side: "sell",
  type: "limit",
  quantity: "1",
} as const;
const pair = [
  { ...limit, price: "60000" },
  { ...limit, type: "stop" as const, stop_price: "50000" },
];

/** The server answers so; returns what it was sent. */
function answers(status: number, body: unknown): unknown[] {
  const sent: unknown[] = [];
  const answer = async (request: Request) => {
    sent.push(await request.json());
    const headers = { "content-type": "application/json" };
    return new Response(JSON.stringify(body), { status, headers });
  };
  vi.stubGlobal("fetch", answer);
  return sent;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

const taken = { order: orderLike({}), journal_position: "5" };

describe("what is sent", () => {
  it("carries the attempt's id, and says whether it was recorded before", async () => {
    const sent = answers(200, { ...taken, repeated: true });
    const attempt = begin("form", [limit], "Sell");
    const answer = await sending([limit], attempt);
    expect(sent).toEqual([{ ...limit, client_order_id: attempt.id }]);
    expect(answer).toMatchObject({ placed: [{ repeated: true }] });
  });

  it("is not known where the server fails, or says nothing", async () => {
    const attempt = begin("form", [limit], "Sell");
    answers(503, { detail: "Away." });
    expect(await sending([limit], attempt)).toMatchObject({ isKnown: false, message: "Away." });
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("network")));
    expect(await sending([limit], attempt)).toMatchObject({ isKnown: false });
  });

  it("goes as a pair under the name of one group", async () => {
    const sent = answers(200, [taken, taken]);
    const attempt = begin("form", pair, "Sell");
    await sending(pair, attempt);
    expect(sent[0]).toMatchObject([
      { oco_group: attempt.id, client_order_id: `${attempt.id}-1` },
      { oco_group: attempt.id, client_order_id: `${attempt.id}-2` },
    ]);
  });

  it("is refused as a pair with where the denial stands", async () => {
    const problem = { code: "limit_exceeded", detail: "Too much.", figures: { journal_position: "9" } };
    answers(200, [{ problem }, { problem }]);
    const answer = await sending(pair, begin("form", pair, "Sell"));
    expect(answer).toMatchObject({ isKnown: true, position: "9" });
  });

  it("is not known as a pair where one of them may be recorded all the same", async () => {
    const problem = { code: "view_behind", detail: "Ask again.", figures: {}, may_be_recorded: true };
    answers(200, [taken, { problem }]);
    expect(await sending(pair, begin("form", pair, "Sell"))).toMatchObject({ isKnown: false });
  });
});
