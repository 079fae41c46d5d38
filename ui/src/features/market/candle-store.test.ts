import { describe, expect, it } from "vitest";

import type { Candle } from "../../api/types";
import { barsMax, CandleStore, type Change } from "./candle-store";

const candle = (minute: number, close: string): Candle => ({
  start: new Date(minute * 60_000).toISOString(),
  open: "1",
  high: "9",
  low: "1",
  close,
  volume: "1",
  trade_count: 1,
});
const closes = (store: CandleStore) => store.bars.map((bar) => store.at(bar.time)?.close);

function listening() {
  const store = new CandleStore(60);
  const changes: Change[] = [];
  store.subscribe((change) => changes.push(change));
  return { store, changes };
}

describe("candles", () => {
  it("grow at their end without the rest being drawn again", () => {
    const { store, changes } = listening();
    store.tell([candle(1, "1"), candle(2, "2")]);
    store.tell([candle(2, "2.5")]);
    store.tell([candle(2, "2.6"), candle(3, "3")]);
    expect(closes(store)).toEqual(["1", "2.6", "3"]);
    expect(changes).toEqual(["all", "end", "end"]);
  });

  it("are not set back by an answer that the stream has overtaken", () => {
    const { store } = listening();
    store.tell([candle(2, "2.5")]);
    store.fill([candle(1, "1"), candle(2, "2")]);
    expect(closes(store)).toEqual(["1", "2.5"]);
  });

  it("are all drawn again when older or several new ones come", () => {
    const { store, changes } = listening();
    store.tell([candle(5, "5")]);
    store.fill([candle(3, "3")]);
    store.tell([candle(4, "4")]);
    store.tell([candle(6, "6"), candle(7, "7")]);
    expect(closes(store)).toEqual(["3", "4", "5", "6", "7"]);
    expect(changes).toEqual(["all", "all", "all", "all"]);
  });

  it("tell nobody of an answer that brings nothing new", () => {
    const { store, changes } = listening();
    store.tell([candle(1, "1")]);
    store.fill([candle(1, "0")]);
    expect(changes).toEqual(["all"]);
  });

  it("have no hole after a long absence: what ends before the newest begin is dropped", () => {
    for (const from of ["stream", "answer"] as const) {
      const { store, changes } = listening();
      store.tell([candle(1, "1"), candle(2, "2")]);
      expect(store.begin([candle(600, "6"), candle(601, "7")], from)).toBe(true);
      expect(closes(store)).toEqual(["6", "7"]);
      expect(store.at(60)).toBeUndefined();
      expect(changes).toEqual(["all", "all"]);
    }
  });

  it("go on where the newest join what is known", () => {
    const { store } = listening();
    store.tell([candle(1, "1"), candle(2, "2")]);
    expect(store.begin([candle(3, "3")], "stream")).toBe(false);
    expect(store.begin([candle(2, "0"), candle(4, "4")], "answer")).toBe(false);
    expect(closes(store)).toEqual(["1", "2", "3", "4"]);
  });

  it("are bounded, and the oldest go", () => {
    const { store } = listening();
    store.tell(Array.from({ length: barsMax + 2 }, (_, minute) => candle(minute, String(minute))));
    expect(store.bars).toHaveLength(barsMax);
    expect(store.at(60)).toBeUndefined();
    expect(store.last?.close).toBe(String(barsMax + 1));
  });
});
