import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from "react";

import { decimalsShown } from "../../api/worth";
import { rounded } from "../../design/decimals";
import { EventLink } from "../../design/event-link";
import { figure, signed } from "../../design/figures";
import { type Times, useTimes } from "../../design/times";
import type { Flow } from "./activity";
import { labelsThatDiffer, nearest, type Place, type Scale, scaleOf } from "./curve";

/** What the line is of. */
export type Measure = "worth" | "pnl";

const height = 260;
const margin = { top: 12, right: 68, bottom: 24, left: 4 };

interface Drawn {
  x: (at: number) => number;
  y: (value: number) => number;
  scale: Scale;
  width: number;
}

/** How wide the page lets it be, in px. */
function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const box = ref.current;
    if (!box) return;
    const watcher = new ResizeObserver(() => {
      setWidth(box.clientWidth);
    });
    watcher.observe(box);
    return () => {
      watcher.disconnect();
    };
  }, []);
  return { ref, width };
}

function drawn(places: Place[], measure: Measure, width: number): Drawn {
  const [from, to] = [places[0]?.at ?? 0, places.at(-1)?.at ?? 1];
  const values = places.map((place) => Number(place.value));
  const scale = scaleOf(measure === "pnl" ? [0, ...values] : values);
  const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  return {
    scale,
    width,
    x: (at) => margin.left + ((at - from) / Math.max(1, to - from)) * inner.width,
    y: (value) => margin.top + (1 - scale.of(value)) * inner.height,
  };
}

/**
 * Net worth, or profit and loss, over time. The pointer or the arrow keys read out exact values; deposits and
 * withdrawals are marked below the line. Money is a string everywhere but on its way to a place on the screen.
 */
export function EquityChart({
  places,
  measure,
  flows,
  asset,
  isPast,
}: {
  places: Place[];
  measure: Measure;
  flows: Flow[];
  asset: string;
  /** Whether the line ends at a moment of the past, and not now. */
  isPast: boolean;
}) {
  const { ref, width } = useWidth();
  const [chosen, setChosen] = useState<number | null>(null);
  const times = useTimes();
  const last = places.length - 1;
  const index = chosen === null ? last : Math.min(chosen, last);
  const place = places[index];
  if (!place) return null;
  const plane = drawn(places, measure, width);
  const money = written[measure];
  const steer = (event: KeyboardEvent) => {
    const stride = event.shiftKey ? 10 : 1;
    const to = { ArrowLeft: index - stride, ArrowRight: index + stride, Home: 0, End: last }[event.key];
    if (event.key === "Escape") setChosen(null);
    if (to === undefined) return;
    event.preventDefault();
    setChosen(Math.max(0, Math.min(last, to)));
  };
  const point = (event: PointerEvent<SVGSVGElement>) => {
    const from = places[0]?.at ?? 0;
    const share =
      (event.clientX - event.currentTarget.getBoundingClientRect().left - margin.left) /
      Math.max(1, width - margin.left - margin.right);
    setChosen(nearest(places, from + share * ((places.at(-1)?.at ?? 0) - from)));
  };
  const flow = flows.find((each) => each.position === place.position);
  return (
    <figure className="space-y-1">
      <Readout
        place={place}
        amount={money(place.value, asset)}
        flow={flow}
        times={times}
        isNow={index === last && !place.position && !isPast}
      />
      <div ref={ref} className="relative" style={{ height }}>
        {width > 0 && (
          <svg
            width={width}
            height={height}
            // On paper it takes the width that there is.
            viewBox={`0 0 ${width} ${height}`}
            role="slider"
            tabIndex={0}
            aria-label={measure === "pnl" ? "Profit and loss over time" : "Net worth over time"}
            aria-valuemin={0}
            aria-valuemax={last}
            aria-valuenow={index}
            aria-valuetext={words(place, money(place.value, asset), flow, times)}
            // Out of the flow: it follows the page's width and never holds it.
            className="absolute touch-pan-y rounded-control select-none print:static print:h-auto print:w-full"
            onKeyDown={steer}
            onPointerMove={point}
            onPointerDown={point}
            onPointerLeave={() => {
              setChosen(null);
            }}
          >
            <Grid plane={plane} places={places} times={times} />
            <Line
              plane={plane}
              places={places}
              foot={measure === "pnl" ? plane.y(0) : height - margin.bottom}
            />
            <Flows plane={plane} flows={flows} />
            {chosen !== null && <Crosshair plane={plane} place={place} />}
          </svg>
        )}
      </div>
    </figure>
  );
}

function money(amount: string, asset: string): string {
  const decimals = decimalsShown(asset);
  return `${figure(rounded(amount, decimals), decimals === 2 ? 2 : 0)} ${asset}`;
}

function signedMoney(amount: string, asset: string): string {
  const decimals = decimalsShown(asset);
  return `${signed(rounded(amount, decimals), decimals === 2 ? 2 : 0)} ${asset}`;
}

const written: Record<Measure, typeof money> = { worth: money, pnl: signedMoney };

function flowWords(flow: Flow): string {
  return `${flow.kind === "deposit" ? "deposit of" : "withdrawal of"} ${money(flow.amount, flow.asset)}`;
}

function words(place: Place, amount: string, flow: Flow | undefined, times: Times): string {
  const at = new Date(place.at).toISOString();
  return [times.date(at), times.time(at), amount, flow && flowWords(flow)].filter(Boolean).join(", ");
}

/** What stands under the crosshair, in exact figures, with the way to its event. */
function Readout({
  place,
  amount,
  flow,
  times,
  isNow,
}: {
  place: Place;
  amount: string;
  flow: Flow | undefined;
  times: Times;
  isNow: boolean;
}) {
  const at = new Date(place.at).toISOString();
  return (
    <figcaption className="flex min-h-5 flex-wrap gap-x-3 text-sm text-muted tabular-nums">
      <span>{isNow ? "Now" : `${times.date(at)}, ${times.time(at)}`}</span>
      <span className="font-medium text-text">{amount}</span>
      {flow && <span>{flowWords(flow)}</span>}
      {place.position && <EventLink position={place.position}>event {place.position}</EventLink>}
    </figcaption>
  );
}

function Grid({ plane, places, times }: { plane: Drawn; places: Place[]; times: Times }) {
  const [from, to] = [places[0]?.at ?? 0, places.at(-1)?.at ?? 0];
  const isShort = to - from < 2 * 86_400_000;
  const count = plane.width < 500 ? 3 : 6;
  const isMinutesApart = to - from > count * 60_000;
  const labelOf = (at: string) =>
    !isShort ? times.day(at) : isMinutesApart ? times.time(at).replace(/:\d\d(Z?)$/, "$1") : times.time(at);
  return (
    <g className="text-[11px] tabular-nums" aria-hidden>
      {plane.scale.ticks.map((tick) => (
        <g key={tick}>
          <line
            x1={margin.left}
            x2={plane.width - margin.right}
            y1={plane.y(tick)}
            y2={plane.y(tick)}
            // What was gained lies above nothing, what was lost below.
            className={tick === 0 ? "stroke-muted" : "stroke-line"}
            strokeOpacity={0.6}
          />
          <text x={plane.width - margin.right + 8} y={plane.y(tick) + 4} className="fill-muted">
            {figure(tick.toFixed(plane.scale.decimals))}
          </text>
        </g>
      ))}
      {labelsThatDiffer(from, to, count, labelOf).map(({ instant, label }) => (
        <text key={instant} x={plane.x(instant)} y={height - 6} textAnchor="middle" className="fill-muted">
          {label}
        </text>
      ))}
    </g>
  );
}

/** `foot`: where what lies between line and ground ends. */
function Line({ plane, places, foot }: { plane: Drawn; places: Place[]; foot: number }) {
  const gradient = useId();
  const path = places
    .map(
      (place, index) =>
        `${index ? "L" : "M"}${plane.x(place.at).toFixed(1)} ${plane.y(Number(place.value)).toFixed(1)}`,
    )
    .join("");
  const [first, last] = [places[0], places.at(-1)];
  if (!first || !last) return null;
  return (
    <g aria-hidden>
      <linearGradient id={gradient} x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" className="[stop-color:var(--color-accent)]" stopOpacity={0.22} />
        <stop offset="1" className="[stop-color:var(--color-accent)]" stopOpacity={0} />
      </linearGradient>
      <path
        d={`${path}L${plane.x(last.at)} ${foot}L${plane.x(first.at)} ${foot}Z`}
        fill={`url(#${gradient})`}
      />
      <path d={path} className="fill-none stroke-accent" strokeWidth={1.75} strokeLinejoin="round" />
      <circle cx={plane.x(last.at)} cy={plane.y(Number(last.value))} r={3} className="fill-accent" />
    </g>
  );
}

/** A mark at the foot of the chart for what came (pointing up) and went (pointing down). */
function Flows({ plane, flows }: { plane: Drawn; flows: Flow[] }) {
  const foot = height - margin.bottom;
  return (
    <g aria-hidden>
      {flows.map((flow) => {
        const x = plane.x(Date.parse(flow.at));
        if (x < margin.left - 1 || x > plane.width - margin.right + 1) return null;
        const isDeposit = flow.kind === "deposit";
        return (
          <g key={flow.position}>
            <line
              x1={x}
              x2={x}
              y1={margin.top}
              y2={foot}
              className="stroke-muted"
              strokeDasharray="2 4"
              strokeOpacity={0.5}
            />
            <path
              d={isDeposit ? `M${x - 5} ${foot}h10l-5 -8z` : `M${x - 5} ${foot - 8}h10l-5 8z`}
              className={isDeposit ? "fill-text" : "fill-ground stroke-text"}
            />
          </g>
        );
      })}
    </g>
  );
}

function Crosshair({ plane, place }: { plane: Drawn; place: Place }) {
  const [x, y] = [plane.x(place.at), plane.y(Number(place.value))];
  return (
    <g aria-hidden className="pointer-events-none">
      <line x1={x} x2={x} y1={margin.top} y2={height - margin.bottom} className="stroke-muted" />
      <line
        x1={margin.left}
        x2={plane.width - margin.right}
        y1={y}
        y2={y}
        className="stroke-muted"
        strokeDasharray="3 3"
      />
      <circle cx={x} cy={y} r={4.5} className="fill-accent stroke-ground" strokeWidth={2} />
    </g>
  );
}
