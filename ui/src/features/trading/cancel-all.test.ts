// @vitest-environment jsdom

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type { Account } from "../../api/types";
import { useToasts } from "../../state/toasts";
import { askToCancelAll, CancelAll } from "./cancel-all";
import { orderLike } from "./example";

vi.mock("../../api/book", () => ({ useOrders: () => [orderLike({})] }));

/** Answers the newest question that was sent. */
let answer: (status: number) => Promise<void>;
let root: Root;

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal(
    "fetch",
    () =>
      new Promise<Response>((resolve) => {
        answer = (status) =>
          act(async () => {
            resolve(Response.json({ detail: `It ended with ${status}.` }, { status }));
            await vi.waitFor(() => {
              expect(button("Cancel 1 order")?.disabled ?? false).toBe(false);
            });
          });
      }),
  );
  useToasts.setState({ toasts: [] });
  root = createRoot(document.createElement("div"));
  const question = createElement(CancelAll, { account: { account_id: "a1", name: "main" } as Account });
  act(() => {
    root.render(createElement(QueryClientProvider, { client: new QueryClient() }, question));
  });
});

afterEach(() => {
  act(() => {
    root.unmount();
  });
  vi.unstubAllGlobals();
});

function button(name: string): HTMLButtonElement | undefined {
  return [...document.querySelectorAll("button")].find((each) => each.textContent === name);
}

async function press(name: string): Promise<void> {
  await act(async () => {
    button(name)?.click();
    await Promise.resolve();
  });
}

async function ask(): Promise<void> {
  await act(async () => {
    askToCancelAll();
    await Promise.resolve();
  });
}

const said = () => document.querySelector("[role=alert]")?.textContent;

it.each([
  [422, "Not all are cancelled"],
  [503, "No answer yet: they may be cancelled"],
])("says of a failure with %i: %s, and asks anew the next time", async (status, title) => {
  await ask();
  await press("Cancel 1 order");
  await answer(status);
  expect(said()).toBe(`${title}It ended with ${status}.`);
  await press("Keep them");
  await ask();
  expect(said()).toBeUndefined();
});

it("tells of a failure at the edge where the question is gone by then", async () => {
  await ask();
  await press("Cancel 1 order");
  await press("Keep them");
  await answer(503);
  await vi.waitFor(() => {
    expect(useToasts.getState().toasts[0]?.title).toBe("No answer yet: they may be cancelled");
  });
  await ask();
  expect(said()).toBeUndefined();
  expect(button("Cancel 1 order")?.disabled).toBe(false);
});
