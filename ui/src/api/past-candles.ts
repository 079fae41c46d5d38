import { answered, api } from "./client";
import type { Interval, PastCandles } from "./types";

const askedEveryMs = 1_000;
/** Longer than one look into the past takes; it goes on without us. */
const patienceMs = 60_000;

/** The venue cannot be asked now; what is here already stays true. */
export class PastWaits extends Error {}

const pause = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });

/**
 * Has the venue's own candles fetched from `start` on, in seconds since 1970, and returns how far that is once they
 * are here. `tell` hears of it on the way. Throws PastWaits where the venue cannot be asked, takes too long, or nobody
 * wants to know any more.
 */
export async function fetchPast(
  instrument: string,
  interval: Interval,
  start: number,
  tell: (told: PastCandles) => void,
  leaving: AbortSignal,
): Promise<PastCandles> {
  const query = { interval, start: new Date(start * 1000).toISOString() };
  const until = Date.now() + patienceMs;
  for (;;) {
    const told = await answered(
      api.GET("/v1/candles/{instrument}/past", { params: { path: { instrument }, query } }),
    );
    tell(told);
    if (told.state === "filled" || told.state === "no_source") return told;
    if (told.state === "waiting" || Date.now() > until) throw new PastWaits(told.detail);
    await pause(askedEveryMs);
    if (leaving.aborted) throw new PastWaits(told.detail);
  }
}
