import type { Candle } from "../../api/types";

/** Reads history. Times are seconds since 1970; candles come oldest first. */
export interface HistoryReader {
  /** Candles that begin in [start, end). */
  between: (start: number, end: number) => Promise<Candle[]>;
  /** When the first candle of all begins; null where there is none before `before`. */
  firstAt: (before: number) => Promise<number | null>;
}

const candlesPerPage = 500;
/** Longer candles are made of minutes: one page reads no more of them than so many days have. */
const pageSMax = 180 * 86_400;
/** Pages without a candle (a server that was off) that are passed in one go. */
const emptyPagesMax = 24;

/** Of candles of so many seconds: how many seconds one page has. */
export function pageOf(intervalS: number): number {
  return Math.min(candlesPerPage * intervalS, pageSMax);
}

/** Goes back through the candles page by page until there are no older ones. */
export class CandleHistory {
  private readonly read: HistoryReader;
  private readonly pageS: number;
  private first: number | null | undefined;
  private readTo = Infinity;
  isAtBeginning = false;

  constructor(read: HistoryReader, intervalS: number) {
    this.read = read;
    this.pageS = pageOf(intervalS);
  }

  /** The page before `oldest`; empty at the beginning, and in a long silence, of which the next call goes on. */
  async older(oldest: number): Promise<Candle[]> {
    this.first ??= await this.read.firstAt(oldest);
    let end = Math.min(oldest, this.readTo);
    for (let pages = 0; pages < emptyPagesMax; pages += 1) {
      if (this.first === null || end <= this.first) {
        // The beginning moves: looking further back brings what the venue has there.
        this.first = await this.read.firstAt(end);
        if (this.first === null || end <= this.first) {
          this.isAtBeginning = true;
          return [];
        }
      }
      const start = end - this.pageS;
      const candles = await this.read.between(start, end);
      this.readTo = end = start;
      if (candles.length) return candles;
    }
    return [];
  }
}
