import { type LimitName, limitNamed, limitText, type Unit } from "../../api/denials";
import type { components } from "../../api/generated/schema";
import { over, rounded, times } from "../../design/decimals";
import { figure } from "../../design/figures";
import { asTyped, typedDecimal, unclear } from "../../design/typing";

export type Limits = components["schemas"]["Limits"];
export type LimitUsage = components["schemas"]["LimitUsage"];

interface Words {
  title: string;
  meaning: string;
  unit: Unit;
  /** What may happen without it; left out where it cannot be switched off. */
  without?: string;
}

const meanings: Record<LimitName, Pick<Words, "meaning" | "without">> = {
  daily_loss: {
    meaning:
      "Since 00:00 UTC, of the equity then; on the first day, of what was paid in. Beyond it new orders may only reduce.",
    without: "a bad day has no end but the account's.",
  },
  drawdown: {
    meaning: "From the highest equity, of it. Beyond it new orders may only reduce.",
    without: "losses of many days can add up unseen.",
  },
  max_position_notional: {
    meaning:
      "Of each instrument, with its open orders: shown at the current price, and checked at that of the order.",
    without: "one position can take the whole account.",
  },
  max_order_notional: {
    meaning: "Its size at its price.",
    without: "a slip of a digit is an order ten times as large.",
  },
  price_collar: {
    meaning: "How much worse than the market an order's price may be.",
    without: "an order may pay any price.",
  },
  max_leverage: {
    meaning: "How many times its margin a position in a contract may be worth where an order adds to it.",
    without: "a small move of the market can take all that secures a position.",
  },
  max_open_orders: {
    meaning: "At the same time.",
    without: "a program gone wrong can place orders without end.",
  },
  orders_per_minute: {
    meaning: "Placed or denied.",
    without: "a program gone wrong can place orders as fast as it likes.",
  },
  price_age_s_max: {
    meaning: "Older ones deny market and conditional orders.",
  },
};

export const limitNames = Object.keys(meanings) as LimitName[];

export const limitWords = Object.fromEntries(
  limitNames.map((name) => [name, { ...limitNamed[name], ...meanings[name] }]),
) as Record<LimitName, Words>;

/** What is written into the field of a limit: percentages as percentages. */
export function fieldText(value: string | number | null, unit: Unit): string {
  if (value === null) return "";
  return asTyped(unit === "percent" ? times(String(value), "100") : String(value));
}

export const unitWords = (unit: Unit, baseAsset: string): string =>
  ({ percent: "%", money: baseAsset, seconds: "s", times: "×", count: "" })[unit];

const countMax = 1_000_000;
const secondsMax = 86_400;

/** What a person typed, as the wire wants it; or what is wrong with it, in words. */
export function typedLimit(
  typed: string,
  unit: Unit,
): { value: string | number; problem?: never } | { value?: never; problem: string } {
  const decimal = typedDecimal(typed);
  if (decimal === null) return { problem: unclear(typed) ?? "Write a positive number." };
  switch (unit) {
    case "money":
      return { value: decimal };
    case "percent": {
      const fraction = times(decimal, "0.01");
      return fraction.startsWith("0") || fraction === "1"
        ? { value: fraction }
        : { problem: "More than 100 % is no limit; switch it off instead." };
    }
    case "times":
      return decimal.startsWith("0.") ? { problem: "Write 1 or more." } : { value: decimal };
    default: {
      const most = unit === "seconds" ? secondsMax : countMax;
      const count = Number(decimal);
      return Number.isInteger(count) && count <= most
        ? { value: count }
        : { problem: `Write a whole number up to ${figure(String(most))}.` };
    }
  }
}

/** What is used of a limit, in its unit. */
export function usedText(usage: LimitUsage, unit: Unit, baseAsset: string): string {
  if (usage.used === null) return "";
  return limitText(unit === "money" ? rounded(usage.used, 2) : usage.used, unit, baseAsset);
}

/** How full a bar is and how it looks: calm below 75 %, amber from there, red from 100 %. */
export function fullness(share: string | null): { part: number; tone: "calm" | "attention" | "loss" } {
  const part = share === null ? 0 : Math.max(0, Number(share));
  return { part: Math.min(1, part), tone: part >= 1 ? "loss" : part >= 0.75 ? "attention" : "calm" };
}

/** The presets that an account can be opened with, so that one can go back to them. */
export const presets: Record<"default" | "careful", Limits> = {
  default: {
    max_order_notional: null,
    max_position_notional: "50000",
    price_collar: "0.1",
    daily_loss: "0.05",
    drawdown: "0.2",
    max_leverage: "10",
    orders_per_minute: null,
    max_open_orders: 1000,
    price_age_s_max: 30,
    allowed_instruments: [],
  },
  careful: {
    max_order_notional: "1000",
    max_position_notional: "1000",
    price_collar: "0.01",
    daily_loss: "0.05",
    drawdown: "0.2",
    max_leverage: "10",
    orders_per_minute: null,
    max_open_orders: 1000,
    price_age_s_max: 30,
    allowed_instruments: [],
  },
};

/** Limits by which two sets differ, by value and not by how they are written. */
export function differing(now: Limits, then: Limits): LimitName[] {
  const isSame = (a: string | number | null, b: string | number | null) =>
    a === b || (a !== null && b !== null && over(String(a), String(b), 12) === "1");
  return limitNames.filter((name) => !isSame(now[name], then[name]));
}
