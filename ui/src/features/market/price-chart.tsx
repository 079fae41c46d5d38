import { lazy, Suspense } from "react";

import { useLink } from "../../api/live";
import type { Interval } from "../../api/types";
import { useNow } from "../../design/clock";
import { Button, Problem } from "../../design/controls";
import { Empty, Skeleton } from "../../design/panel";
import { duration } from "../../design/times";
import { ChartToolbar } from "./chart-toolbar";
import { type Indicator, indicatorNames } from "./indicators";
import { PastLine } from "./past-line";
import { useMarketPreferences } from "./preferences";
import type { PriceChartProps } from "./props";
import { useCandles } from "./use-candles";

const ChartCanvas = lazy(async () => ({ default: (await import("./chart-canvas")).ChartCanvas }));

/** Candles, volume, indicators, and the account's orders and fills among them. */
export function PriceChart(props: PriceChartProps) {
  const chart = useMarketPreferences((preferences) => preferences.chart);
  const id = props.instrument.instrument_id;
  return (
    <section
      aria-label="Price chart"
      className="flex h-full min-h-80 flex-col overflow-hidden rounded-card border border-line bg-surface"
    >
      <ChartToolbar title={props.instrument.symbol} aside={<OffLine />} />
      <Candles key={`${id} ${chart.interval}`} {...props} interval={chart.interval} />
      <footer className="flex h-7 shrink-0 items-center gap-3 border-t border-line px-3 text-xs text-muted">
        <Legend indicators={chart.indicators} />
        {/* The licence of the chart library asks for this; it is a link, nothing is fetched from there. */}
        <a
          href="https://www.tradingview.com/"
          target="_blank"
          rel="noreferrer"
          className="ml-auto whitespace-nowrap hover:text-text hover:underline"
        >
          Charts by TradingView
        </a>
      </footer>
    </section>
  );
}

function Candles({ interval, ...props }: PriceChartProps & { interval: Interval }) {
  const { store, hasBars, error, isPending, refetch, loadPast, told } = useCandles(
    props.instrument.instrument_id,
    interval,
  );
  if (hasBars)
    return (
      <Suspense fallback={<Skeleton rows={8} />}>
        <ChartCanvas {...props} interval={interval} store={store} onPast={loadPast} />
        <PastLine told={told} />
      </Suspense>
    );
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {isPending && <Skeleton rows={8} />}
      {error && (
        <div className="m-auto max-w-sm space-y-2 p-4">
          <Problem title="The candles could not be read">{error.message}</Problem>
          <Button tone="quiet" onClick={() => void refetch()}>
            Try again
          </Button>
        </div>
      )}
      {!isPending && !error && (
        <Empty title="No candles yet">
          The first one begins with the first trade of {props.instrument.symbol}.
        </Empty>
      )}
      <PastLine told={told} />
    </div>
  );
}

/** Candles do not grow while the page is cut off. */
function OffLine() {
  const { state, liveAt } = useLink();
  const now = useNow();
  if (state === "live" || liveAt === null) return null;
  return `as of ${duration(now - liveAt)} ago`;
}

/** Strokes as the canvas draws them. */
const strokes: Record<Indicator, string> = {
  sma: "border-accent",
  ema: "border-text",
  bollinger: "border-muted",
  vwap: "border-accent border-dashed",
  rsi: "border-accent",
};

function Legend({ indicators }: { indicators: readonly Indicator[] }) {
  return (
    <ul aria-label="Indicators" className="flex min-w-0 gap-3 overflow-hidden">
      {indicators.map((each) => (
        <li key={each} className="flex items-center gap-1.5 whitespace-nowrap">
          <span aria-hidden className={`w-4 border-t ${strokes[each]}`} />
          {indicatorNames[each]}
        </li>
      ))}
    </ul>
  );
}
