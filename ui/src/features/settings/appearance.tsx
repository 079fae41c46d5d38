import { type ReactNode, useMemo } from "react";

import { useNow } from "../../design/clock";
import { Segments } from "../../design/controls";
import { signed, figure, percent } from "../../design/figures";
import { Panel } from "../../design/panel";
import { useTimes } from "../../design/times";
import { deviceZone, placeOf, zonesByContinent } from "../../design/zones";
import { type Numbers, usePreferences, type Zone } from "../../state/preferences";

/** How everything looks on this device. */
export function Appearance() {
  const { theme, colours, density, zone, numbers, prefer } = usePreferences();
  return (
    <>
      <Panel title="Appearance" aside="On this device">
        <div className="divide-y divide-line">
          <Line name="Theme" note="Dark is easier at night, light in the sun.">
            <Segments
              label="Theme"
              options={{ dark: "Dark", light: "Light", system: "System" }}
              value={theme}
              onChoose={(chosen) => {
                prefer({ theme: chosen });
              }}
            />
          </Line>
          <Line
            name="Gain and loss"
            note="Blue and orange are told apart by everyone; the sign always stands there."
          >
            <Segments
              label="Gain and loss"
              options={{ "green-red": "Green, red", "blue-orange": "Blue, orange" }}
              value={colours}
              onChoose={(chosen) => {
                prefer({ colours: chosen });
              }}
            />
          </Line>
          <Line name="Density" note="Dense shows more rows, calm gives them more air.">
            <Segments
              label="Density"
              options={{ dense: "Dense", calm: "Calm" }}
              value={density}
              onChoose={(chosen) => {
                prefer({ density: chosen });
              }}
            />
          </Line>
          <Line name="Times" note="What is recorded and exported is always in UTC.">
            <ZoneChoice
              value={zone}
              onChoose={(chosen) => {
                prefer({ zone: chosen });
              }}
            />
          </Line>
          <Line
            name="Numbers"
            note="What you type may have a point or a comma before its decimals; files always have a point."
          >
            <Choice
              label="Numbers"
              value={numbers}
              onChoose={(chosen) => {
                prefer({ numbers: chosen });
              }}
            >
              <option value="browser">As the browser has it</option>
              {Object.entries(numberExamples).map(([each, example]) => (
                <option key={each} value={each}>
                  {example}
                </option>
              ))}
            </Choice>
          </Line>
        </div>
      </Panel>
      <Preview />
    </>
  );
}

const numberExamples: Record<Exclude<Numbers, "browser">, string> = {
  "space-point": "1\u2009234\u2009567.89",
  "comma-point": "1,234,567.89",
  "point-comma": "1.234.567,89",
  "space-comma": "1\u2009234\u2009567,89",
  "apostrophe-point": "1’234’567.89",
};

/** One of a list that is too long to lie open. */
function Choice<Value extends string>({
  label,
  value,
  onChoose,
  children,
}: {
  label: string;
  value: Value;
  onChoose: (chosen: Value) => void;
  children: ReactNode;
}) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => {
        onChoose(event.target.value as Value);
      }}
      className="h-9 w-full rounded-control border border-line bg-ground px-2 touch:h-11 touch:text-[16px]"
    >
      {children}
    </select>
  );
}

/** UTC, the zone of this device, or any other by its place. */
function ZoneChoice({ value, onChoose }: { value: Zone; onChoose: (chosen: Zone) => void }) {
  const zones = useMemo(() => zonesByContinent(value), [value]);
  return (
    <Choice label="Times" value={value} onChoose={onChoose}>
      <option value="UTC">UTC</option>
      <option value="local">Of this device ({deviceZone()})</option>
      {[...zones].map(([continent, names]) => (
        <optgroup key={continent} label={continent}>
          {names.map((name) => (
            <option key={name} value={name}>
              {placeOf(name)}
            </option>
          ))}
        </optgroup>
      ))}
    </Choice>
  );
}

function Line({ name, note, children }: { name: string; note: string; children: ReactNode }) {
  return (
    <div className="grid items-center gap-x-6 gap-y-2 px-4 py-3 sm:grid-cols-[1fr_280px]">
      <div>
        <p>{name}</p>
        <p className="text-sm text-muted">{note}</p>
      </div>
      {children}
    </div>
  );
}

const examples = [
  { symbol: "BTC/USDT", price: "64120.50", change: "1204.75", share: "0.0192" },
  { symbol: "ETH/USDT", price: "3318.04", change: "-86.11", share: "-0.0253" },
  { symbol: "SOL/USDT", price: "151.7720", change: "0", share: "0" },
];

/** Figures as they stand in tables with what is chosen above. */
function Preview() {
  const times = useTimes();
  const now = new Date(useNow()).toISOString();
  return (
    <Panel title="How figures look" aside={`${times.date(now)}, ${times.time(now)}`}>
      <table className="w-full text-sm">
        <caption className="sr-only">Examples</caption>
        <thead className="text-xs text-muted">
          <tr>
            <th scope="col" className="h-8 px-4 text-left font-medium">
              Instrument
            </th>
            <th scope="col" className="px-4 text-right font-medium">
              Price
            </th>
            <th scope="col" className="px-4 text-right font-medium">
              Profit and loss
            </th>
            <th scope="col" className="px-4 text-right font-medium max-sm:hidden">
              Change
            </th>
          </tr>
        </thead>
        <tbody>
          {examples.map(({ symbol, price, change, share }) => (
            <tr key={symbol} className="border-t border-line/60">
              <td className="h-9 px-4 calm:h-10">{symbol}</td>
              <td className="px-4 text-right tabular-nums">{figure(price)}</td>
              <td className={`px-4 text-right tabular-nums ${toneOf(change)}`}>{signed(change)}</td>
              <td className={`px-4 text-right tabular-nums max-sm:hidden ${toneOf(change)}`}>
                {percent(share)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function toneOf(change: string): string {
  if (change.startsWith("-")) return "text-loss";
  return /[1-9]/.test(change) ? "text-gain" : "text-muted";
}
