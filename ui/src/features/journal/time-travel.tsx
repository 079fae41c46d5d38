import { useEffect, useState } from "react";

import { Button } from "../../design/controls";
import { figure } from "../../design/figures";
import { useTimes } from "../../design/times";
import { travelTo, useMoment } from "../../state/moment";
import { useEvent, useHead } from "./queries";

const restMs = 250;

/** Moves every page back to what the book was after an event, and forth again. Its right end is now. */
export function TimeTravel() {
  const asOf = useMoment((moment) => moment.asOf);
  const { data: head } = useHead();
  // What is being dragged to is shown at once; the pages follow when the hand rests.
  const [dragged, setDragged] = useState<string | null>(null);
  const newest = head?.position ?? "0";
  const shown = dragged ?? asOf ?? newest;
  useEffect(() => {
    if (dragged === null) return;
    const timer = setTimeout(() => {
      travelTo(dragged === newest ? null : dragged);
      setDragged(null);
    }, restMs);
    return () => {
      clearTimeout(timer);
    };
  }, [dragged, newest]);
  const isNow = shown === newest && asOf === null;
  const told = useTold(shown, isNow, dragged !== null);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 rounded-card border border-line bg-surface px-4 py-2">
      <label htmlFor="time-travel" className="text-sm font-medium">
        Time travel
      </label>
      <input
        id="time-travel"
        type="range"
        min={1}
        max={newest === "0" ? 1 : newest}
        step={1}
        value={shown}
        disabled={newest === "0"}
        aria-valuetext={told}
        className="h-8 min-w-40 flex-1 cursor-pointer accent-accent touch:h-10"
        onChange={(event) => {
          setDragged(event.target.value);
        }}
      />
      <span aria-hidden className="min-w-52 text-right text-sm text-muted tabular-nums max-sm:text-left">
        {told}
      </span>
      {!isNow && (
        <Button
          tone="quiet"
          size="small"
          onClick={() => {
            setDragged(null);
            travelTo(null);
          }}
        >
          Now
        </Button>
      )}
    </div>
  );
}

/** "Position 48 211, 21 Nov 14:03:22Z"; the time follows when the hand rests. */
function useTold(position: string, isNow: boolean, isDragging: boolean): string {
  const times = useTimes();
  const { data: event } = useEvent(isDragging || isNow ? "" : position);
  if (isNow) return `Now, position ${figure(position)}`;
  const at =
    event?.position === position ? `, ${times.day(event.recorded_at)} ${times.time(event.recorded_at)}` : "";
  return `Position ${figure(position)}${at}`;
}
