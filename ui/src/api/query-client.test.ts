// @vitest-environment jsdom

import { MutationObserver } from "@tanstack/react-query";
import { expect, it } from "vitest";

import { newQueryClient } from "./query-client";

it("sends a change at once, whatever the machine says of its network", async () => {
  window.dispatchEvent(new Event("offline"));
  const sent: string[] = [];
  const change = new MutationObserver(newQueryClient(), {
    mutationFn: (price: string) => Promise.resolve(sent.push(price)),
  });
  await change.mutate("60000");
  expect(sent).toEqual(["60000"]);
  window.dispatchEvent(new Event("online"));
});
