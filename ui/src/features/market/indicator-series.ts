import {
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type LineWidth,
  type UTCTimestamp,
} from "lightweight-charts";

import { figure } from "../../design/figures";
import type { ChartTheme } from "./chart-theme";
import { type Bar, type Indicator, type Line, linesOf } from "./indicators";

type Drawn = ISeriesApi<"Line">;

interface Look {
  colour: "accent" | "text" | "muted";
  style: LineStyle;
  width: LineWidth;
}

/** Told apart by their strokes: colours of gain and loss are for gain and loss. */
const looks: Record<Indicator, Look> = {
  sma: { colour: "accent", style: LineStyle.Solid, width: 1 },
  ema: { colour: "text", style: LineStyle.Solid, width: 1 },
  bollinger: { colour: "muted", style: LineStyle.Solid, width: 1 },
  vwap: { colour: "accent", style: LineStyle.Dashed, width: 1 },
  rsi: { colour: "accent", style: LineStyle.Solid, width: 1 },
};

const strengthFormat = {
  type: "custom",
  minMove: 0.1,
  formatter: (strength: number) => figure(strength.toFixed(1)),
} as const;

const pointOf = (bar: Bar, value: number | null | undefined) => {
  const time = bar.time as UTCTimestamp;
  return value === null || value === undefined ? { time } : { time, value };
};

/** The lines of the indicators that were chosen; strength has a pane of its own below the prices. */
export class IndicatorSeries {
  private readonly chart: IChartApi;
  private readonly drawn = new Map<Indicator, Drawn[]>();

  constructor(chart: IChartApi) {
    this.chart = chart;
  }

  choose(chosen: readonly Indicator[], bars: readonly Bar[], theme: ChartTheme): void {
    for (const [indicator, series] of this.drawn) {
      if (chosen.includes(indicator)) continue;
      for (const each of series) this.chart.removeSeries(each);
      this.drawn.delete(indicator);
    }
    for (const indicator of chosen) if (!this.drawn.has(indicator)) this.begin(indicator);
    this.paint(theme);
    this.drawAll(bars);
  }

  paint(theme: ChartTheme): void {
    for (const [indicator, series] of this.drawn)
      for (const each of series) each.applyOptions({ color: theme[looks[indicator].colour] });
  }

  drawAll(bars: readonly Bar[]): void {
    this.each(bars, (series, line) => {
      series.setData(bars.map((bar, index) => pointOf(bar, line[index])));
    });
  }

  /** Only the last `count` candles are not as they were drawn. */
  drawEnd(bars: readonly Bar[], count: number): void {
    this.each(bars, (series, line) => {
      for (const [offset, bar] of bars.slice(-count).entries())
        series.update(pointOf(bar, line[bars.length - Math.min(count, bars.length) + offset]));
    });
  }

  private each(bars: readonly Bar[], draw: (series: Drawn, line: Line) => void): void {
    for (const [indicator, series] of this.drawn)
      for (const [index, line] of linesOf(indicator, bars).entries()) {
        const own = series[index];
        if (own) draw(own, line);
      }
  }

  private begin(indicator: Indicator): void {
    const isStrength = indicator === "rsi";
    const { style, width } = looks[indicator];
    const begun = linesOf(indicator, []).map(() =>
      this.chart.addSeries(
        LineSeries,
        {
          lineWidth: width,
          lineStyle: style,
          priceLineVisible: false,
          lastValueVisible: isStrength,
          crosshairMarkerVisible: false,
          ...(isStrength && { priceFormat: strengthFormat }),
        },
        isStrength ? 1 : 0,
      ),
    );
    this.drawn.set(indicator, begun);
    if (isStrength) this.chart.panes()[1]?.setStretchFactor(0.28);
  }
}
