import { usePreferences, type Zone } from "../state/preferences";

/** Instants as the person wants to read them: in UTC or in the zone of this device, by the browser's locale. */
export class Times {
  private readonly zone: Zone;
  /** By their options: to make one costs a thousand times what writing with it does. */
  private readonly formats = new Map<string, Intl.DateTimeFormat>();

  constructor(zone: Zone) {
    this.zone = zone;
  }

  /** "14:03:22Z", or without the Z where it is the zone of this device. */
  time(instant: string, { withMs = false } = {}): string {
    return this.written(instant, {
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      ...(withMs && { fractionalSecondDigits: 3 as const }),
    });
  }

  /** Day and month. */
  day(instant: string): string {
    return this.format(instant, { day: "numeric", month: "short" });
  }

  /** Day, month and year. */
  date(instant: string): string {
    return this.format(instant, { dateStyle: "medium" });
  }

  /** Date and time. */
  full(instant: string): string {
    return `${this.date(instant)}, ${this.time(instant, { withMs: true })}`;
  }

  private written(instant: string, options: Intl.DateTimeFormatOptions): string {
    return `${this.format(instant, { ...options, hourCycle: "h23" })}${this.zone === "UTC" ? "Z" : ""}`;
  }

  private format(instant: string, options: Intl.DateTimeFormatOptions): string {
    const name = JSON.stringify(options);
    let format = this.formats.get(name);
    if (!format) {
      const zone = this.zone === "UTC" ? { timeZone: "UTC" } : {};
      format = new Intl.DateTimeFormat(undefined, { ...options, ...zone });
      this.formats.set(name, format);
    }
    return format.format(new Date(instant));
  }
}

const written = { UTC: new Times("UTC"), local: new Times("local") };

/** Times in the zone that the person chose. */
export function useTimes(): Times {
  return written[usePreferences((preferences) => preferences.zone)];
}

/** "12 s", "3 min", "5 h", "2 d": how long, in words. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}
