import { ChartCandlestick } from "lucide-react";

import type { Interval } from "../../api/types";
import { IconButton } from "../../design/icon-button";
import { Menu, MenuCheck, MenuLabel, MenuLine } from "../../design/menu";
import { type Indicator, indicatorNames } from "./indicators";
import { useMarketPreferences } from "./preferences";

const intervals: Record<Interval, string> = {
  "1m": "1m",
  "5m": "5m",
  "15m": "15m",
  "1h": "1h",
  "4h": "4h",
  "1d": "1d",
};

/** What the candles are of, how long they are, and what is drawn over them. */
export function ChartToolbar({ title, aside }: { title: string; aside?: React.ReactNode }) {
  const { chart, preferChart } = useMarketPreferences();
  const toggle = (indicator: Indicator, isShown: boolean) => {
    const others = chart.indicators.filter((each) => each !== indicator);
    preferChart({ indicators: isShown ? [...others, indicator] : others });
  };
  return (
    <header className="flex min-h-11 shrink-0 items-center gap-2 border-b border-line pr-2 pl-4">
      <h2 className="font-semibold whitespace-nowrap max-sm:sr-only">{title}</h2>
      <Intervals
        value={chart.interval}
        onChoose={(interval) => {
          preferChart({ interval });
        }}
      />
      <span className="ml-auto text-xs whitespace-nowrap text-attention">{aside}</span>
      <Menu trigger={<IconButton label="Indicators" icon={<ChartCandlestick />} />}>
        <MenuLabel>Over the prices</MenuLabel>
        {(Object.keys(indicatorNames) as Indicator[]).map((each) => (
          <MenuCheck
            key={each}
            isChecked={chart.indicators.includes(each)}
            onCheck={(isShown) => {
              toggle(each, isShown);
            }}
          >
            {indicatorNames[each]}
          </MenuCheck>
        ))}
        <MenuLine />
        <MenuCheck
          isChecked={chart.hasVolume}
          onCheck={(hasVolume) => {
            preferChart({ hasVolume });
          }}
        >
          Volume
        </MenuCheck>
      </Menu>
    </header>
  );
}

function Intervals({ value, onChoose }: { value: Interval; onChoose: (interval: Interval) => void }) {
  return (
    <fieldset className="flex min-w-0 overflow-x-auto">
      <legend className="sr-only">Length of a candle</legend>
      {(Object.keys(intervals) as Interval[]).map((each) => (
        <label
          key={each}
          className="relative grid h-7 min-w-8 cursor-pointer place-items-center rounded-control px-1.5 text-sm text-muted tabular-nums hover:text-text has-checked:bg-raised has-checked:font-medium has-checked:text-text has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent touch:h-10 touch:min-w-10"
        >
          <input
            type="radio"
            name="candle length"
            className="absolute inset-0 cursor-pointer opacity-0"
            checked={each === value}
            onChange={() => {
              onChoose(each);
            }}
          />
          {intervals[each]}
        </label>
      ))}
    </fieldset>
  );
}
