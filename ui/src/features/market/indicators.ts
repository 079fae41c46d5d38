/**
 * Statistics of candles, in floating point: they are drawn, never traded on. Each answer is as long as what it was
 * computed from; where there is too little behind a candle it is null.
 */
export interface Bar {
  /** Beginning, in seconds since 1970. */
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

export type Line = (number | null)[];

/** The mean of the last `length` values. */
export function sma(values: readonly number[], length: number): Line {
  let sum = 0;
  return values.map((value, index) => {
    sum += value - (index >= length ? (values[index - length] ?? 0) : 0);
    return index >= length - 1 ? sum / length : null;
  });
}

/** The exponential mean with weight 2 / (length + 1), begun with the mean of the first `length` values. */
export function ema(values: readonly number[], length: number): Line {
  const weight = 2 / (length + 1);
  let mean = 0;
  return values.map((value, index) => {
    if (index < length) mean += value / length;
    else mean += (value - mean) * weight;
    return index >= length - 1 ? mean : null;
  });
}

/** The mean of the last `length` values, and `width` standard deviations (of the population) above and below it. */
export function bollinger(
  values: readonly number[],
  length: number,
  width: number,
): { middle: Line; upper: Line; lower: Line } {
  const middle = sma(values, length);
  const spread = middle.map((mean, index) => {
    if (mean === null) return null;
    let squares = 0;
    for (let at = index - length + 1; at <= index; at += 1) squares += ((values[at] ?? 0) - mean) ** 2;
    return width * Math.sqrt(squares / length);
  });
  const shifted = (sign: number) =>
    middle.map((mean, index) => (mean === null ? null : mean + sign * (spread[index] ?? 0)));
  return { middle, upper: shifted(1), lower: shifted(-1) };
}

const dayS = 86_400;

/** The mean of the typical price (high + low + close) / 3 weighted with the volume since 00:00 UTC of the candle's day. */
export function vwap(bars: readonly Bar[]): Line {
  let day = Number.NaN;
  let [value, volume] = [0, 0];
  return bars.map((bar) => {
    const today = Math.floor(bar.time / dayS);
    if (today !== day) [day, value, volume] = [today, 0, 0];
    value += ((bar.high + bar.low + bar.close) / 3) * bar.volume;
    volume += bar.volume;
    return volume > 0 ? value / volume : null;
  });
}

/** Wilder's relative strength index, from 0 to 100; 50 where nothing moved. */
export function rsi(values: readonly number[], length: number): Line {
  let [gain, loss] = [0, 0];
  return values.map((value, index) => {
    if (index === 0) return null;
    const change = value - (values[index - 1] ?? value);
    const [up, down] = [Math.max(change, 0), Math.max(-change, 0)];
    if (index <= length) {
      gain += up / length;
      loss += down / length;
    } else {
      gain += (up - gain) / length;
      loss += (down - loss) / length;
    }
    if (index < length) return null;
    return gain + loss === 0 ? 50 : (100 * gain) / (gain + loss);
  });
}

export type Indicator = "sma" | "ema" | "bollinger" | "vwap" | "rsi";

export const indicatorNames: Record<Indicator, string> = {
  sma: "SMA 20",
  ema: "EMA 50",
  bollinger: "Bollinger 20, 2",
  vwap: "VWAP",
  rsi: "RSI 14",
};

/** The lines that an indicator draws, with the lengths of its name. */
export function linesOf(indicator: Indicator, bars: readonly Bar[]): Line[] {
  const closes = bars.map((bar) => bar.close);
  switch (indicator) {
    case "sma":
      return [sma(closes, 20)];
    case "ema":
      return [ema(closes, 50)];
    case "bollinger": {
      const { middle, upper, lower } = bollinger(closes, 20, 2);
      return [middle, upper, lower];
    }
    case "vwap":
      return [vwap(bars)];
    case "rsi":
      return [rsi(closes, 14)];
  }
}
