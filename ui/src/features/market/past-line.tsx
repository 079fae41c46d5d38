import type { PastCandles } from "../../api/types";
import { useTimes } from "../../design/times";

/** How far the venue's own older candles have come; nothing while nobody waits for them. */
export function PastLine({ told }: { told: PastCandles | null }) {
  const times = useTimes();
  if (!told) return null;
  if (told.state === "waiting")
    return <Line>Older candles wait: {told.detail || "the venue cannot be asked"}</Line>;
  if (told.state === "filling" && told.since)
    return (
      <Line>
        Reading the venue’s older candles, back to {times.day(told.since)} {times.time(told.since)} so far
      </Line>
    );
  if (told.is_whole && told.since)
    return (
      <Line>
        The venue has none before {times.day(told.since)} {times.time(told.since)}
      </Line>
    );
  return null;
}

function Line({ children }: { children: React.ReactNode }) {
  return (
    <p role="status" className="shrink-0 truncate border-t border-line/60 px-3 py-1 text-xs text-muted">
      {children}
    </p>
  );
}
