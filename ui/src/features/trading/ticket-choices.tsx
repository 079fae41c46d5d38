import type { Instrument } from "../../api/types";
import { decimalsOf, figure } from "../../design/figures";
import { type Draft, type Kind, takePrice } from "./draft";
import { kinds } from "./order-words";

/** A price of the market; pressing it makes it the price of the order. */
export function TakePrice({
  label,
  price,
  instrument,
}: {
  label: string;
  price: string | null;
  instrument: Instrument;
}) {
  return (
    <button
      type="button"
      disabled={!price}
      title={`Use the ${label.toLowerCase()} as the price`}
      onClick={() => {
        if (price) takePrice(instrument.instrument_id, price);
      }}
      className="cursor-pointer rounded-control border border-line px-2.5 py-1 text-left enabled:hover:border-muted"
    >
      <span className="block text-xs text-muted">{label}</span>
      <span className="block text-lg font-semibold tabular-nums">
        {price ? figure(price, decimalsOf(instrument.tick_size)) : "–"}
      </span>
    </button>
  );
}

const choice =
  "relative flex h-8 items-center justify-center rounded-[4px] text-muted has-checked:font-medium has-focus-visible:outline-2 has-focus-visible:outline-accent touch:h-10";
const sides = {
  buy: { word: "Buy", mark: "▲", tone: "has-checked:bg-gain has-checked:text-on-gain" },
  sell: { word: "Sell", mark: "▼", tone: "has-checked:bg-loss has-checked:text-on-loss" },
};

/** Which way; the button that sends says it again. */
export function SideChoice({
  side,
  change,
}: {
  side: Draft["side"];
  change: (changes: Partial<Draft>) => void;
}) {
  return (
    <div
      role="radiogroup"
      aria-label="Side"
      className="grid grid-cols-2 rounded-control border border-line bg-ground p-0.5"
    >
      {(["buy", "sell"] as const).map((each) => (
        <label key={each} className={`${choice} ${sides[each].tone}`}>
          <input
            type="radio"
            name="side"
            value={each}
            className="absolute inset-0 cursor-pointer opacity-0"
            checked={each === side}
            onChange={() => {
              change({ side: each });
            }}
          />
          <span aria-hidden className="mr-1.5 text-[9px]">
            {sides[each].mark}
          </span>
          {sides[each].word}
        </label>
      ))}
    </div>
  );
}

const shown: Kind[] = ["limit", "market", "stop", "stop_limit", "take_profit", "trailing_stop"];

/** Every kind of order, all in sight. */
export function KindChoice({ kind, change }: { kind: Kind; change: (changes: Partial<Draft>) => void }) {
  return (
    <div
      role="radiogroup"
      aria-label="Type"
      className="grid grid-cols-3 rounded-control border border-line bg-ground p-0.5"
    >
      {shown.map((each) => (
        <label key={each} className={`${choice} text-sm has-checked:bg-raised has-checked:text-text`}>
          <input
            type="radio"
            name="kind"
            value={each}
            className="absolute inset-0 cursor-pointer opacity-0"
            checked={each === kind}
            onChange={() => {
              change({ kind: each });
            }}
          />
          {kinds[each]}
        </label>
      ))}
    </div>
  );
}
