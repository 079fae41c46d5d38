import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  CrosshairMode,
  HistogramSeries,
  type AutoscaleInfo,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineStyle,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";

import { figure } from "../../design/figures";
import type { CandleStore, Change } from "./candle-store";
import { type ChartTheme, readTheme, translucent } from "./chart-theme";
import type { ChartTimes } from "./chart-times";
import { IndicatorSeries } from "./indicator-series";
import type { Bar, Indicator } from "./indicators";
import type { FillMark, OrderLine } from "./order-lines";

/** The canvas library behind a few words: what the page shows, and what the person does with it. */
export interface ViewOptions {
  place: HTMLElement;
  store: CandleStore;
  decimals: number;
  tick: string;
  /** The crosshair is at this candle (its beginning in seconds since 1970), or nowhere. */
  onCross: (time: number | null) => void;
  /** Somebody pressed at this place of the price axis. */
  onPress: (price: number) => void;
  /** The candles of the past are coming into sight. */
  onPast: () => void;
  /** Everything stands where it is drawn now. */
  onDrawn: () => void;
}

/** Prices that the axis shows beside those of the candles. */
export interface Reach {
  low: number;
  high: number;
}

const pastAtBars = 60;
/** As many as there are, within these bounds. */
const [barsShownMin, barsShownAtFirst] = [40, 140];
/** A candle narrower than this, in px, is hardly one. */
const barPxLeast = 2.5;
/** Free after the newest candle where nothing stands there. */
const freePxMin = 14;

/** Whether what is drawn looks so already. */
function isAs<Look extends object>(drawn: Look, wanted: Partial<Look>): boolean {
  return (Object.keys(wanted) as (keyof Look)[]).every((key) => drawn[key] === wanted[key]);
}

export class ChartView {
  private readonly options: ViewOptions;
  private readonly chart: IChartApi;
  private readonly candles: ISeriesApi<"Candlestick">;
  private readonly volume: ISeriesApi<"Histogram">;
  private readonly indicators: IndicatorSeries;
  private readonly marks: ISeriesMarkersPluginApi<Time>;
  private readonly lines = new Map<string, IPriceLine>();
  private readonly stop: () => void;
  private theme: ChartTheme;
  private drawn = 0;
  private reach: Reach | null = null;
  private freePx = freePxMin;
  /** Until somebody chooses what is in sight. */
  private isAsAtFirst = true;
  private readonly ending = new AbortController();

  constructor(options: ViewOptions) {
    this.options = options;
    this.theme = readTheme(options.place);
    this.chart = createChart(options.place, {
      autoSize: true,
      layout: { attributionLogo: false, fontSize: 11 },
      crosshair: { mode: CrosshairMode.Normal },
      timeScale: {
        timeVisible: true,
        secondsVisible: false,
        rightOffset: 6,
        minBarSpacing: 0.8,
      },
      rightPriceScale: { minimumWidth: 72 },
      kineticScroll: { touch: true, mouse: false },
    });
    this.candles = this.chart.addSeries(CandlestickSeries, {
      borderVisible: false,
      priceFormat: {
        type: "custom",
        minMove: Number(options.tick),
        formatter: (price: number) => figure(price.toFixed(options.decimals)),
      },
      autoscaleInfoProvider: (ofCandles: () => AutoscaleInfo | null) => this.reached(ofCandles()),
    });
    this.candles.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.22 } });
    this.volume = this.chart.addSeries(HistogramSeries, {
      priceScaleId: "volume",
      priceFormat: { type: "volume" },
      lastValueVisible: false,
      priceLineVisible: false,
    });
    this.volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    this.indicators = new IndicatorSeries(this.chart);
    this.marks = createSeriesMarkers(this.candles, []);
    this.listen();
    this.repaint();
    this.draw("all");
    this.showNewest();
    this.stop = options.store.subscribe((change) => {
      this.draw(change);
    });
  }

  private listen(): void {
    const { onCross, onPress, onPast, onDrawn, place } = this.options;
    for (const choosing of ["wheel", "pointerdown"])
      place.addEventListener(
        choosing,
        () => {
          this.isAsAtFirst = false;
        },
        { passive: true, capture: true, signal: this.ending.signal },
      );
    this.chart.subscribeCrosshairMove(({ time }) => {
      onCross(typeof time === "number" ? time : null);
    });
    this.chart.subscribeClick(({ point, paneIndex }) => {
      const price = point && paneIndex === 0 ? this.priceAt(point.y) : null;
      if (price !== null) onPress(price);
    });
    this.chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range && this.drawn && range.from < pastAtBars) onPast();
    });
    // A view that draws nothing: it is told when everything has its place.
    this.candles.attachPrimitive({
      paneViews: () => [{ renderer: () => ({ draw: onDrawn }) }],
    });
  }

  dispose(): void {
    this.stop();
    this.ending.abort();
    this.chart.remove();
  }

  // --- what is shown

  private draw(change: Change): void {
    const bars = this.options.store.bars;
    const isOneMore = bars.length - this.drawn;
    if (change === "end" && this.drawn && (isOneMore === 0 || isOneMore === 1)) {
      for (const bar of bars.slice(-1 - isOneMore)) {
        this.candles.update(this.candleOf(bar));
        this.volume.update(this.volumeOf(bar));
      }
      this.indicators.drawEnd(bars, 1 + isOneMore);
    } else {
      this.candles.setData(bars.map((bar) => this.candleOf(bar)));
      this.volume.setData(bars.map((bar) => this.volumeOf(bar)));
      this.indicators.drawAll(bars);
    }
    this.drawn = bars.length;
  }

  private candleOf({ time, open, high, low, close }: Bar) {
    return { time: time as UTCTimestamp, open, high, low, close };
  }

  private volumeOf({ time, open, close, volume }: Bar) {
    const colour = close < open ? this.theme.loss : this.theme.gain;
    return { time: time as UTCTimestamp, value: volume, color: translucent(colour, 0.32) };
  }

  /** Take on the theme and the colours as they are now. */
  repaint(): void {
    this.theme = readTheme(this.options.place);
    const { surface, line, muted, gain, loss, text, font } = this.theme;
    const label = { color: muted, labelBackgroundColor: text };
    this.chart.applyOptions({
      layout: {
        background: { color: surface },
        textColor: muted,
        fontFamily: font,
        panes: { separatorColor: line, separatorHoverColor: translucent(muted, 0.2) },
      },
      grid: { vertLines: { color: translucent(line, 0.5) }, horzLines: { color: translucent(line, 0.5) } },
      crosshair: { vertLine: label, horzLine: label },
      rightPriceScale: { borderColor: line },
      timeScale: { borderColor: line },
    });
    this.candles.applyOptions({ upColor: gain, downColor: loss, wickUpColor: gain, wickDownColor: loss });
    this.indicators.paint(this.theme);
    this.volume.setData(this.options.store.bars.map((bar) => this.volumeOf(bar)));
  }

  writeTimes(times: ChartTimes): void {
    const seconds = (time: Time) => (typeof time === "number" ? time : 0);
    this.chart.applyOptions({
      localization: { timeFormatter: (time: Time) => times.full(seconds(time)) },
      timeScale: {
        tickMarkFormatter: (time: Time, kind: number) => times.marks[kind]?.(seconds(time)) ?? null,
      },
    });
  }

  showVolume(isShown: boolean): void {
    this.volume.applyOptions({ visible: isShown });
    this.candles.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: isShown ? 0.22 : 0.08 } });
  }

  chooseIndicators(chosen: readonly Indicator[]): void {
    this.indicators.choose(chosen, this.options.store.bars, this.theme);
  }

  /** Draw these lines and no others. */
  drawLines(lines: readonly Pick<OrderLine, "id" | "price" | "side" | "isTrigger">[]): void {
    const ids = new Set(lines.map((each) => each.id));
    for (const [id, drawn] of this.lines) {
      if (ids.has(id)) continue;
      this.candles.removePriceLine(drawn);
      this.lines.delete(id);
    }
    for (const { id, price, side, isTrigger } of lines) {
      const look = {
        price: Number(price),
        color: side === "buy" ? this.theme.gain : this.theme.loss,
        lineWidth: 1 as const,
        lineStyle: isTrigger ? LineStyle.Dashed : LineStyle.Solid,
        title: "",
      };
      const drawn = this.lines.get(id);
      if (!drawn) this.lines.set(id, this.candles.createPriceLine({ ...look, axisLabelVisible: false }));
      else if (!isAs(drawn.options(), look)) drawn.applyOptions(look);
    }
  }

  /**
   * Write the prices of these lines on the axis, each price once. The axis moves a label that it has no room for to
   * where another price is: whoever calls this leaves out lines that run out of sight, and more than there is room for.
   */
  writePrices(ids: ReadonlySet<string>): void {
    const written = new Set<number>();
    for (const [id, line] of this.lines) {
      const { price, axisLabelVisible } = line.options();
      const isWritten = ids.has(id) && !written.has(price);
      if (isWritten) written.add(price);
      // What is as it was is left alone: each change has everything drawn again, after which this is called.
      if (isWritten !== axisLabelVisible) line.applyOptions({ axisLabelVisible: isWritten });
    }
  }

  /** Let the axis reach so far, or as far as the candles do; it finds its height by itself again. */
  reachTo(reach: Reach | null): void {
    if (reach?.low === this.reach?.low && reach?.high === this.reach?.high) return;
    this.reach = reach;
    this.candles.priceScale().applyOptions({ autoScale: true });
  }

  private reached(ofCandles: AutoscaleInfo | null): AutoscaleInfo | null {
    const range = ofCandles?.priceRange;
    if (!this.reach || !range) return ofCandles;
    const minValue = Math.min(range.minValue, this.reach.low);
    return { ...ofCandles, priceRange: { minValue, maxValue: Math.max(range.maxValue, this.reach.high) } };
  }

  drawMarks(marks: readonly FillMark[]): void {
    const oldest = this.options.store.bars[0]?.time ?? Infinity;
    this.marks.setMarkers(
      marks
        .filter((mark) => mark.time >= oldest)
        .map(({ time, side, quantity }) => ({
          time: time as UTCTimestamp,
          position: side === "buy" ? "belowBar" : "aboveBar",
          shape: side === "buy" ? "arrowUp" : "arrowDown",
          color: side === "buy" ? this.theme.gain : this.theme.loss,
          text: figure(quantity),
        })),
    );
  }

  // --- where things are

  /** In px below the top of the chart; null before there is a candle. */
  heightOf(price: string): number | null {
    return this.candles.priceToCoordinate(Number(price));
  }

  priceAt(heightPx: number): number | null {
    return this.candles.coordinateToPrice(heightPx);
  }

  /** Height and width of the pane of the prices, and the width of its axis, in px. */
  get room(): { height: number; width: number; axis: number } {
    return {
      height: this.chart.panes()[0]?.getHeight() ?? 0,
      width: this.chart.timeScale().width(),
      axis: this.candles.priceScale().width(),
    };
  }

  /** Leave so many px free after the newest candle; who looks at older ones keeps them in sight. */
  keepFree(px: number): void {
    const freePx = Math.max(px, freePxMin);
    if (freePx === this.freePx) return;
    this.freePx = freePx;
    if (this.isAsAtFirst) {
      this.showNewest();
      return;
    }
    const range = this.chart.timeScale().getVisibleLogicalRange();
    const newest = this.options.store.bars.length - 1;
    if (range && range.from < newest && range.to >= newest) this.showFrom(range.from);
  }

  // --- what keys do

  showNewest(): void {
    const count = this.options.store.bars.length;
    const roomPx = this.chart.timeScale().width() - this.freePx;
    const fitting = roomPx > 0 ? Math.floor(roomPx / barPxLeast) : barsShownAtFirst;
    const shown = Math.max(barsShownMin, Math.min(barsShownAtFirst, fitting, count));
    this.isAsAtFirst = true;
    this.showFrom(count - shown);
  }

  /** The candles from this one on to the newest, and what is left free after it. */
  private showFrom(from: number): void {
    const newest = this.options.store.bars.length - 1;
    const scale = this.chart.timeScale();
    const roomPx = scale.width() - this.freePx;
    const free = roomPx > this.freePx ? this.freePx / roomPx : 0;
    scale.setVisibleLogicalRange({ from, to: newest + (newest + 1 - from) * free });
  }

  zoom(factor: number): void {
    this.isAsAtFirst = false;
    const scale = this.chart.timeScale();
    const range = scale.getVisibleLogicalRange();
    if (range)
      scale.setVisibleLogicalRange({ from: range.to - (range.to - range.from) * factor, to: range.to });
  }

  /** Put the crosshair onto a candle, which comes into sight. */
  cross(index: number, price: number): void {
    const bar = this.options.store.bars[index];
    if (!bar) return;
    const scale = this.chart.timeScale();
    const range = scale.getVisibleLogicalRange();
    const beyond = range ? Math.min(0, index - range.from) + Math.max(0, index - range.to) : 0;
    if (beyond) this.isAsAtFirst = false;
    if (range && beyond) scale.setVisibleLogicalRange({ from: range.from + beyond, to: range.to + beyond });
    this.chart.setCrosshairPosition(price, bar.time as UTCTimestamp, this.candles);
    this.options.onCross(bar.time);
  }

  uncross(): void {
    this.chart.clearCrosshairPosition();
    this.options.onCross(null);
  }
}
