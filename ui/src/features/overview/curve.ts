import { minus, negated, plus } from "../../design/decimals";

/** A place of the curve; Numbers here are places on a screen, the figures stay strings. */
export interface Place {
  /** In ms since 1970. */
  at: number;
  /** Of money in the base asset. */
  value: string;
  /** The event that it comes from; null: what the account is worth at this moment. */
  position: string | null;
}

interface MoneyMoved {
  position: string;
  kind: "deposit" | "withdrawal";
  value: string | null;
}

interface Curve {
  points: { at: string; position: string; equity: string }[];
  flows: MoneyMoved[];
  opening: string;
}

/**
 * The places that the line goes through, oldest first: where the range opened, the marks, and what the account is
 * worth now. Money that came or went is a step, not a slope.
 */
export function placesOf(
  { points, flows, opening }: Curve,
  since: string | null,
  now: { at: string; equity: string } | null,
): Place[] {
  const places = beginning(since, opening, opening);
  const flowAt = new Map(flows.map((flow) => [flow.position, flow]));
  for (const point of points) {
    const at = Date.parse(point.at);
    const flow = flowAt.get(point.position);
    if (flow?.value && places.length)
      places.push({ at, value: minus(point.equity, movedBy(flow)), position: point.position });
    places.push({ at, value: point.equity, position: point.position });
  }
  return endingNow(places, now);
}

/**
 * The same of profit or loss since the range opened: equity − opening − what came and went until then. It begins at
 * zero, and money from outside does not move it.
 */
export function pnlPlacesOf(
  { points, flows, opening }: Curve,
  since: string | null,
  now: { at: string; equity: string } | null,
): Place[] {
  const places = beginning(since, opening, "0");
  const moved = [...flows];
  let given = opening;
  for (const point of points) {
    while (moved[0] && BigInt(moved[0].position) <= BigInt(point.position))
      given = plus(given, movedBy(moved.shift()));
    places.push({ at: Date.parse(point.at), value: minus(point.equity, given), position: point.position });
  }
  const all = moved.reduce((sum, flow) => plus(sum, movedBy(flow)), given);
  return endingNow(places, now && { at: now.at, equity: minus(now.equity, all) });
}

/** Where the range opened; an account that was empty then begins later, with what came first. */
function beginning(since: string | null, opening: string, value: string): Place[] {
  const wasEmpty = !/[1-9]/.test(opening);
  return since === null || wasEmpty ? [] : [{ at: Date.parse(since), value, position: null }];
}

function endingNow(places: Place[], now: { at: string; equity: string } | null): Place[] {
  if (!now) return places;
  const [last, at] = [places.at(-1), Date.parse(now.at)];
  const isSaid = last?.at === at && last.value === now.equity;
  const isOlder = last && at < last.at;
  return isSaid || isOlder ? places : [...places, { at, value: now.equity, position: null }];
}

/** How much more there was after it; nothing where nobody knows its value. */
function movedBy(flow: MoneyMoved | undefined): string {
  const value = flow?.value ?? "0";
  return flow?.kind === "withdrawal" ? negated(value) : value;
}

export interface Scale {
  low: number;
  high: number;
  /** 0 at `low`, 1 at `high`. */
  of: (value: number) => number;
  /** Round values inside, lowest first. */
  ticks: number[];
  /** How many decimals these have. */
  decimals: number;
}

/** A scale around values, with air above and below, and about `count` round ticks. */
export function scaleOf(values: number[], count = 4): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const air = most > least ? (most - least) * 0.08 : Math.max(Math.abs(most) * 0.01, 1);
  const [low, high] = [least - air, most + air];
  const step = roundStep((high - low) / count);
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step); tick * step <= high; tick += 1) ticks.push(tick * step);
  const decimals = Math.max(0, -Math.floor(Math.log10(step)));
  return { low, high, ticks, decimals, of: (value) => (value - low) / (high - low) };
}

/** The nearest of 1, 2, 5, 10, 20, 50 … */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const size = step / power;
  return power * (size < 1.5 ? 1 : size < 3.5 ? 2 : size < 7.5 ? 5 : 10);
}

/** Instants that divide a span evenly into `count` parts, without its ends. */
export function instantsBetween(from: number, to: number, count: number): number[] {
  return Array.from({ length: count - 1 }, (_, place) => from + ((place + 1) * (to - from)) / count);
}

/** The same with their labels, without those that would say again what the one before says. */
export function labelsThatDiffer(from: number, to: number, count: number, labelOf: (at: string) => string) {
  return instantsBetween(from, to, count)
    .map((instant) => ({ instant, label: labelOf(new Date(instant).toISOString()) }))
    .filter(({ label }, place, all) => label !== all[place - 1]?.label);
}

/** The index of the place nearest to an instant; places are in order of time. */
export function nearest(places: Place[], at: number): number {
  let [low, high] = [0, places.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.at ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  const [left, right] = [places[low - 1], places[low]];
  return left && right && at - left.at <= right.at - at ? low - 1 : low;
}
