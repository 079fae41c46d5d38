import type { Candle } from "../../api/types";
import type { Bar } from "./indicators";

/** So many candles are kept; the oldest go. */
export const barsMax = 10_000;

/** What changed: only the end (the last candle, or one more after it), or anything. */
export type Change = "end" | "all";

function barOf(candle: Candle): Bar {
  return {
    time: Date.parse(candle.start) / 1000,
    open: Number(candle.open),
    high: Number(candle.high),
    low: Number(candle.low),
    close: Number(candle.close),
    volume: Number(candle.volume),
  };
}

/** The candles of one instrument and interval, outside React: they change many times a second. */
export class CandleStore {
  private known = new Map<number, Candle>();
  private sorted: Bar[] = [];
  private readonly listeners = new Set<(change: Change) => void>();
  private readonly intervalS: number;

  constructor(intervalS: number) {
    this.intervalS = intervalS;
  }

  /** As places on the chart, the oldest first. */
  get bars(): readonly Bar[] {
    return this.sorted;
  }

  /** The exact candle that begins then, in seconds since 1970. */
  at(time: number): Candle | undefined {
    return this.known.get(time);
  }

  get last(): Candle | undefined {
    return this.at(this.sorted.at(-1)?.time ?? Number.NaN);
  }

  readonly subscribe = (listener: (change: Change) => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  /**
   * The newest there are, as the stream begins with them, or as an answer to a question: what the stream may have told
   * since stays. Where they begin later than what is known goes on, nobody knows what lies between (the page was away
   * for long): then that is dropped, and the answer is true.
   */
  begin(candles: readonly Candle[], from: "stream" | "answer"): boolean {
    const isApart = this.isApart(candles);
    if (isApart) this.drop();
    if (from === "stream") this.tell(candles);
    else this.fill(candles);
    return isApart;
  }

  /** An answer to a question: it adds what is not known and replaces nothing, for the stream may have overtaken it. */
  fill(candles: readonly Candle[]): void {
    this.take(candles.filter((candle) => !this.known.has(Date.parse(candle.start) / 1000)));
  }

  /** The stream has told of these, in this order: what it says last holds. */
  tell(candles: readonly Candle[]): void {
    this.take(candles);
  }

  private isApart([first]: readonly Candle[]): boolean {
    const last = this.sorted.at(-1);
    return !!first && !!last && Date.parse(first.start) / 1000 > last.time + this.intervalS;
  }

  private drop(): void {
    this.known.clear();
    this.sorted = [];
  }

  private take(candles: readonly Candle[]): void {
    if (!candles.length) return;
    const before = this.sorted.length;
    let change: Change = before ? "end" : "all";
    for (const candle of candles) {
      const bar = barOf(candle);
      const last = this.sorted.at(-1);
      this.known.set(bar.time, candle);
      if (last && bar.time === last.time) this.sorted[this.sorted.length - 1] = bar;
      else if (last && bar.time > last.time) this.sorted.push(bar);
      else change = "all";
    }
    if (change === "all") this.sorted = [...this.known.values()].map(barOf).sort((a, b) => a.time - b.time);
    if (this.sorted.length > barsMax) {
      for (const gone of this.sorted.splice(0, this.sorted.length - barsMax)) this.known.delete(gone.time);
      change = "all";
    }
    if (this.sorted.length > before + 1) change = "all";
    this.listeners.forEach((listener) => {
      listener(change);
    });
  }
}
