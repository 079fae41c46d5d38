import { useQuery } from "@tanstack/react-query";

import { answered, api } from "./client";
import type { Candle, Interval } from "./types";

/** Candle lengths in seconds. */
export const intervalSeconds: Record<Interval, number> = {
  "1m": 60,
  "5m": 300,
  "15m": 900,
  "1h": 3_600,
  "4h": 14_400,
  "1d": 86_400,
};

const pageMax = 500;
/** One page of history is put together from at most so many answers. */
const answersMax = 20;

const at = (seconds: number) => new Date(seconds * 1000).toISOString();

/** The newest candles, oldest first. */
export async function newestCandles(instrument: string, interval: Interval): Promise<Candle[]> {
  const query = { interval, limit: pageMax };
  return (await answered(api.GET("/v1/candles/{instrument}", { params: { path: { instrument }, query } })))
    .items;
}

/** When the first candle of all begins, in seconds since 1970; null where there is none before `before`. */
export async function firstCandleAt(
  instrument: string,
  interval: Interval,
  before: number,
): Promise<number | null> {
  const query = { interval, end: at(before), limit: 1 };
  const { items } = await answered(
    api.GET("/v1/candles/{instrument}", { params: { path: { instrument }, query } }),
  );
  return items[0] ? Date.parse(items[0].start) / 1000 : null;
}

/** Candles that begin in [start, end), both in seconds since 1970, oldest first. */
export async function candlesBetween(
  instrument: string,
  interval: Interval,
  start: number,
  end: number,
): Promise<Candle[]> {
  const found: Candle[] = [];
  let cursor: string | null | undefined;
  for (let answers = 0; answers < answersMax; answers += 1) {
    const query = { interval, start: at(start), end: at(end), limit: 1000, ...(cursor && { cursor }) };
    const page = await answered(
      api.GET("/v1/candles/{instrument}", { params: { path: { instrument }, query } }),
    );
    found.push(...page.items);
    cursor = page.next_cursor;
    if (!cursor) break;
  }
  return found;
}

const dayS = 86_400;

/** The candles of the last 24 hours, in quarters of an hour; asked again each minute. */
export function useDayCandles(instrument: string) {
  return useQuery({
    queryKey: ["day candles", instrument],
    queryFn: async () => {
      const now = Math.floor(Date.now() / 1000);
      return candlesBetween(instrument, "15m", now - dayS, now + 1);
    },
    staleTime: 55_000,
    refetchInterval: 60_000,
  });
}
