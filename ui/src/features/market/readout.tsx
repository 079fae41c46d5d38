import { useSyncExternalStore } from "react";

import type { Candle, Instrument } from "../../api/types";
import { minus, over } from "../../design/decimals";
import { decimalsOf, figure, percent } from "../../design/figures";
import { useTimes } from "../../design/times";

/** Which candle is read out, outside React: it changes with every move of the pointer. */
export class Crossed {
  private time: number | null = null;
  private readonly listeners = new Set<() => void>();

  readonly get = (): number | null => this.time;

  readonly set = (time: number | null): void => {
    if (time === this.time) return;
    this.time = time;
    this.listeners.forEach((listener) => {
      listener();
    });
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };
}

/** The figures of the candle under the crosshair, or of the last one. */
export function Readout({
  crossed,
  candles,
  instrument,
}: {
  crossed: Crossed;
  candles: {
    subscribe: (listener: () => void) => () => void;
    at: (time: number) => Candle | undefined;
    readonly last: Candle | undefined;
  };
  instrument: Instrument;
}) {
  const times = useTimes();
  const time = useSyncExternalStore(crossed.subscribe, crossed.get);
  const candle = useSyncExternalStore(candles.subscribe, () =>
    time === null ? candles.last : (candles.at(time) ?? candles.last),
  );
  if (!candle) return null;
  const decimals = decimalsOf(instrument.tick_size);
  const change = minus(candle.close, candle.open);
  const share = over(change, candle.open, 6) ?? "0";
  const isLoss = change.startsWith("-");
  const tone = /[1-9]/.test(change) ? (isLoss ? "text-loss" : "text-gain") : "";
  const values = { O: candle.open, H: candle.high, L: candle.low, C: candle.close };
  return (
    <dl className="pointer-events-none flex flex-wrap gap-x-2.5 text-xs tabular-nums">
      <dt className="sr-only">Candle</dt>
      <dd className="text-muted">
        {times.day(candle.start)} {times.time(candle.start)}
      </dd>
      {Object.entries(values).map(([name, value]) => (
        <div key={name} className="flex gap-1">
          <dt className="text-muted">{name}</dt>
          <dd className={tone}>{figure(value, decimals)}</dd>
        </div>
      ))}
      <div className="flex gap-1">
        <dt className="sr-only">Change</dt>
        <dd className={tone}>
          {tone && !isLoss ? "+" : ""}
          {percent(share)}
        </dd>
      </div>
      <div className="flex gap-1 max-sm:hidden">
        <dt className="text-muted">Vol</dt>
        <dd>{figure(candle.volume, decimalsOf(instrument.lot_size))}</dd>
      </div>
      {candle.source === "venue" && (
        <div className="max-sm:hidden">
          <dt className="sr-only">Told by</dt>
          <dd className={candle.differs ? "text-attention" : "text-muted"}>
            {candle.differs ? "the venue, ours differs" : "the venue"}
          </dd>
        </div>
      )}
    </dl>
  );
}
