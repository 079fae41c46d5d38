import { zoneOptions } from "../../design/zones";
import type { Zone } from "../../state/preferences";

function written(zone: Zone, options: Intl.DateTimeFormatOptions): (seconds: number) => string {
  const format = new Intl.DateTimeFormat(undefined, {
    hourCycle: "h23",
    ...options,
    ...zoneOptions(zone),
  });
  return (seconds) => format.format(seconds * 1000);
}

/** Times on the axis of a chart, given in seconds since 1970, in the zone that the person chose. */
export interface ChartTimes {
  /** At the crosshair. */
  full: (seconds: number) => string;
  /** Between two marks of the axis, by what changes there: year, month, day, minute or second. */
  marks: readonly ((seconds: number) => string)[];
}

export function chartTimes(zone: Zone): ChartTimes {
  const time = written(zone, { hour: "2-digit", minute: "2-digit" });
  return {
    full: written(zone, {
      day: "numeric",
      month: "short",
      year: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    }),
    marks: [
      written(zone, { year: "numeric" }),
      written(zone, { month: "short" }),
      written(zone, { day: "numeric" }),
      time,
      time,
    ],
  };
}
