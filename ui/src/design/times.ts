import { usePreferences, type Zone } from "../state/preferences";
import { zoneOptions } from "./zones";

/** Instants as the person wants to read them: in the zone that they chose, by the browser's locale. */
export class Times {
  private readonly zone: Zone;
  /** By their options: to make one costs a thousand times what writing with it does. */
  private readonly formats = new Map<string, Intl.DateTimeFormat>();

  constructor(zone: Zone) {
    this.zone = zone;
  }

  /** "14:03:22Z", or without the Z in any other zone than UTC. */
  time(instant: string, { withMs = false } = {}): string {
    return this.written(instant, {
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      ...(withMs && { fractionalSecondDigits: 3 as const }),
    });
  }

  /** Day and month, hour and minute: for what was long ago. */
  dayAndMinute(instant: string): string {
    return `${this.day(instant)}, ${this.written(instant, { hour: "2-digit", minute: "2-digit" })}`;
  }

  /** Day and month. */
  day(instant: string): string {
    return this.format(instant, { day: "numeric", month: "short" });
  }

  /** Day, month and year. */
  date(instant: string): string {
    return this.format(instant, { dateStyle: "medium" });
  }

  /** Date and time, and how far from UTC it is where a zone was chosen by its name. */
  full(instant: string): string {
    const isNamed = this.zone !== "UTC" && this.zone !== "local";
    const offset = isNamed ? ` ${this.offset(instant)}` : "";
    return `${this.date(instant)}, ${this.time(instant, { withMs: true })}${offset}`;
  }

  private written(instant: string, options: Intl.DateTimeFormatOptions): string {
    return `${this.format(instant, { ...options, hourCycle: "h23" })}${this.zone === "UTC" ? "Z" : ""}`;
  }

  /** "GMT+1" */
  private offset(instant: string): string {
    const parts = this.formatOf({ timeZoneName: "shortOffset" }).formatToParts(new Date(instant));
    return parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  }

  private format(instant: string, options: Intl.DateTimeFormatOptions): string {
    return this.formatOf(options).format(new Date(instant));
  }

  private formatOf(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const name = JSON.stringify(options);
    let format = this.formats.get(name);
    if (!format) {
      format = new Intl.DateTimeFormat(undefined, { ...options, ...zoneOptions(this.zone) });
      this.formats.set(name, format);
    }
    return format;
  }
}

/** By their zones: the formats in them are dear. */
const written = new Map<Zone, Times>();

/** Times in the zone that the person chose. */
export function useTimes(): Times {
  const zone = usePreferences((preferences) => preferences.zone);
  const times = written.get(zone) ?? new Times(zone);
  written.set(zone, times);
  return times;
}

/** "12 s", "3 min", "5 h", "2 d": how long, in words. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}
