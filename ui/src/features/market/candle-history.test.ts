import { describe, expect, it } from "vitest";

import type { Candle } from "../../api/types";
import { CandleHistory, type HistoryReader } from "./candle-history";

const minute = 60;

/** A server that has candles of these beginnings. */
function server(...starts: number[]): HistoryReader & { asked: [number, number][] } {
  const asked: [number, number][] = [];
  const candle = (at: number): Candle => ({
    start: new Date(at * 1000).toISOString(),
    open: "1",
    high: "1",
    low: "1",
    close: "1",
    volume: "1",
    trade_count: 1,
  });
  return {
    asked,
    between: (start, end) => {
      asked.push([start, end]);
      return Promise.resolve(starts.filter((at) => at >= start && at < end).map(candle));
    },
    firstAt: (before) => Promise.resolve(starts.find((at) => at < before) ?? null),
  };
}
const begins = (candles: Candle[]) => candles.map((each) => Date.parse(each.start) / 1000);

describe("history", () => {
  it("is read page by page, back to its beginning", async () => {
    const history = new CandleHistory(server(0, 60_000), minute);
    expect(begins(await history.older(60_060))).toEqual([60_000]);
    expect(begins(await history.older(60_000))).toEqual([0]);
    expect(history.isAtBeginning).toBe(false);
    expect(await history.older(0)).toEqual([]);
    expect(history.isAtBeginning).toBe(true);
  });

  it("is at its beginning where nothing is older", async () => {
    const history = new CandleHistory(server(), minute);
    expect(await history.older(60)).toEqual([]);
    expect(history.isAtBeginning).toBe(true);
  });

  it("passes a long silence, and goes on where it stopped", async () => {
    const silent = server(0);
    const history = new CandleHistory(silent, minute);
    const oldest = 30 * 500 * minute;
    expect(await history.older(oldest)).toEqual([]);
    expect(history.isAtBeginning).toBe(false);
    expect(begins(await history.older(oldest))).toEqual([0]);
    expect(silent.asked).toHaveLength(30);
  });

  it("goes on past its beginning where looking further back has brought more", async () => {
    const here = [60_000];
    const fetched: HistoryReader = {
      ...server(),
      between: (start, end) => server(...here).between(start, end),
      firstAt: (before) => {
        if (before === 60 && here[0] !== 0) here.unshift(0);
        return server(...here).firstAt(before);
      },
    };
    const history = new CandleHistory(fetched, minute);
    expect(begins(await history.older(60_060))).toEqual([60_000]);
    // Pages reach back by 30,000: what the next two ask for has come only then.
    here.splice(0, here.length, 30_000, 60_000);
    expect(begins(await history.older(60_000))).toEqual([30_000]);
    expect(history.isAtBeginning).toBe(false);
    expect(begins(await history.older(30_000))).toEqual([0]);
    expect(await history.older(0)).toEqual([]);
    expect(history.isAtBeginning).toBe(true);
  });

  it("never asks for more than the server can derive at once", async () => {
    const days = server(0);
    await new CandleHistory(days, 86_400).older(1000 * 86_400);
    expect(days.asked.every(([start, end]) => end - start <= 180 * 86_400)).toBe(true);
  });
});
