// @vitest-environment jsdom

import { afterEach, describe, expect, it, vi } from "vitest";

import { fillsThen, openOrdersThen } from "./past";
import { useSession } from "./session";

const asked: URLSearchParams[] = [];

function serve(pages: object[]) {
  asked.length = 0;
  useSession.getState().signIn({ access_token: "access", refresh_token: "refresh" });
  vi.stubGlobal("fetch", (request: Request) => {
    asked.push(new URL(request.url).searchParams);
    return Promise.resolve(Response.json(pages[asked.length - 1]));
  });
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("an account as it was", () => {
  it("has every order that was open, however many pages they come in", async () => {
    serve([
      { items: [{ order_id: "c" }, { order_id: "b" }], next_cursor: "on" },
      { items: [{ order_id: "a" }], next_cursor: null },
    ]);
    const orders = await openOrdersThen("main", "7");
    expect(orders.map((order) => order.order_id)).toEqual(["c", "b", "a"]);
    expect(asked.map((query) => query.get("cursor"))).toEqual([null, "on"]);
    expect(asked.map((query) => [query.get("as_of"), query.get("status")])).toEqual([
      ["7", "open"],
      ["7", "open"],
    ]);
  });

  it("has the fills that the server says it had by then", async () => {
    serve([{ items: [{ position: "5" }] }]);
    expect(await fillsThen("main", "7", 20)).toEqual([{ position: "5" }]);
    expect(asked[0]?.get("as_of")).toBe("7");
    expect(asked[0]?.get("limit")).toBe("20");
  });
});
