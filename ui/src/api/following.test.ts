import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Following, pauseMs, settleMs } from "./following";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function following(run = vi.fn(() => Promise.resolve())) {
  return { run, follower: new Following(run) };
}

describe("what follows changes", () => {
  it("runs once for a burst", async () => {
    const { run, follower } = following();
    for (let change = 0; change < 10; change += 1) follower.changed();
    await vi.advanceTimersByTimeAsync(settleMs);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("runs although the changes never pause", async () => {
    const { run, follower } = following();
    for (let ms = 0; ms < 10_000; ms += 100) {
      follower.changed();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(run.mock.calls.length).toBeGreaterThanOrEqual(4);
    expect(run.mock.calls.length).toBeLessThanOrEqual(10_000 / pauseMs + 1);
  });

  it("runs again for what changed while it ran, and never twice at a time", async () => {
    let finish: () => void = () => undefined;
    const { run, follower } = following(vi.fn(() => new Promise<void>((done) => (finish = done))));
    follower.changed();
    await vi.advanceTimersByTimeAsync(settleMs);
    follower.changed();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(run).toHaveBeenCalledTimes(1);
    finish();
    await vi.advanceTimersByTimeAsync(pauseMs);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it("goes on after a run that failed, and ends when it is stopped", async () => {
    const { run, follower } = following(vi.fn(() => Promise.reject(new Error("offline"))));
    follower.changed();
    await vi.advanceTimersByTimeAsync(settleMs);
    follower.changed();
    await vi.advanceTimersByTimeAsync(pauseMs);
    expect(run).toHaveBeenCalledTimes(2);
    follower.changed();
    follower.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(run).toHaveBeenCalledTimes(2);
  });
});
