import { useEffect } from "react";

import { useLink } from "../../api/live";
import { useQuote } from "../../api/quotes";
import type { Instrument } from "../../api/types";
import { duration } from "../../design/times";
import { tell } from "../../state/toasts";

/** A feed may catch its breath after a reconnect before its silence counts. */
export const patienceMs = 5_000;
/** A feed that comes and goes is told of no more often than this. */
export const quietMs = 300_000;

/** The silence of one feed, told once each time that it falls silent. */
export class Silence {
  private since: number | null = null;
  private hasTold = false;
  private toldAt = -Infinity;

  /** How it is at `now` (ms since 1970); whether that is to be told. */
  isNews(isSilent: boolean, now: number): boolean {
    if (!isSilent) {
      this.since = null;
      this.hasTold = false;
      return false;
    }
    this.since ??= now;
    if (this.hasTold || now - this.since < patienceMs || now - this.toldAt < quietMs) return false;
    this.hasTold = true;
    this.toldAt = now;
    return true;
  }
}

/** By instrument, as many as there are: coming back to one that is still silent tells nothing new. */
const silences = new Map<string, Silence>();

/** Watches the feed of the instrument on the screen, and tells when its prices grow stale. */
export function FeedWatch({ instrument }: { instrument: Instrument }) {
  const { instrument_id: id, symbol } = instrument;
  const { isStale, ageMs } = useQuote(id);
  // While the page is cut off it says so itself.
  const isLive = useLink((link) => link.state === "live");
  const isSilent = isStale && isLive;
  useEffect(() => {
    const silence = silences.get(id) ?? new Silence();
    silences.set(id, silence);
    if (!silence.isNews(isSilent, Date.now())) return;
    tell({
      title: `No fresh price of ${symbol}`,
      detail: `The last one is ${duration(ageMs)} old. Orders at the market are denied until the feed speaks again.`,
      tone: "attention",
      path: "/settings/system",
      pathText: "Look at the system",
    });
  }, [id, symbol, isSilent, ageMs]);
  return null;
}
