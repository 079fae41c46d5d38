// @vitest-environment jsdom
import { afterEach, expect, test, vi } from "vitest";

import { fetchPast } from "./past-candles";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("who left an instrument does not ask on for its past", async () => {
  vi.useFakeTimers();
  const asked = vi.fn(() =>
    Promise.resolve(Response.json({ state: "fetching", detail: "It is on its way.", filled_from: null })),
  );
  vi.stubGlobal("fetch", asked);
  const leaving = new AbortController();
  const past = fetchPast("BTC-USDT.SIM", "1m", 0, () => undefined, leaving.signal);
  const ended = expect(past).rejects.toThrow("It is on its way.");
  await vi.advanceTimersByTimeAsync(2_500);
  expect(asked).toHaveBeenCalledTimes(3);
  leaving.abort();
  await vi.advanceTimersByTimeAsync(10_000);
  await ended;
  expect(asked).toHaveBeenCalledTimes(3);
});
