import { useEffect, useRef, useState } from "react";

import { figure } from "../../design/figures";
import { useTimes } from "../../design/times";
import { travelTo, useMoment } from "../../state/moment";
import { useNewest, useRecordedAt } from "./queries";

const restMs = 250;

export type Travel = ReturnType<typeof useTravel>;

/** Where the slider stands. What is being dragged to is shown at once; the pages follow when the hand rests. */
export function useTravel() {
  const asOf = useMoment((moment) => moment.asOf);
  const newest = useNewest() ?? "0";
  const [dragged, setDragged] = useState<{ to: string; isNow: boolean } | null>(null);
  useEffect(() => {
    if (dragged === null) return;
    const timer = setTimeout(() => {
      travelTo(dragged.isNow ? null : dragged.to);
      setDragged(null);
    }, restMs);
    return () => {
      clearTimeout(timer);
    };
  }, [dragged]);
  const shown = dragged?.to ?? asOf ?? newest;
  const isNow = dragged ? dragged.isNow : asOf === null;
  const at = useRecordedAt(dragged !== null || isNow ? null : shown);
  return {
    shown,
    newest,
    isNow,
    at,
    drag: (to: string) => {
      // Whether it is the end is decided by where the end was under the hand: new events move it on.
      setDragged({ to, isNow: to === newest });
    },
    end: () => {
      setDragged(null);
      travelTo(null);
    },
  };
}

/** "Position 48 211, 21 Nov 14:03:22Z"; the time follows when the hand rests. */
export function useTold({ shown, isNow, at }: Travel): string {
  const times = useTimes();
  if (isNow) return `Now, position ${figure(shown)}`;
  return `Position ${figure(shown)}${at ? `, ${times.day(at)} ${times.time(at)}` : ""}`;
}

/** Moves every page back to what the book was after an event, and forth again. Its right end is now. */
export function TravelSlider({ travel }: { travel: Travel }) {
  const { shown, newest, drag } = travel;
  const told = useTold(travel);
  const slider = useRef<HTMLInputElement>(null);
  const isCalled = useMoment((moment) => moment.isSliderCalled);
  const canMove = newest !== "0";
  useEffect(() => {
    if (!isCalled || !canMove) return;
    slider.current?.focus();
    useMoment.setState({ isSliderCalled: false });
  }, [isCalled, canMove]);
  return (
    <input
      ref={slider}
      id="time-travel"
      type="range"
      aria-label="Time travel"
      min={1}
      max={canMove ? newest : 1}
      step={1}
      value={shown}
      disabled={!canMove}
      aria-valuetext={told}
      className="h-8 min-w-40 flex-1 cursor-pointer accent-accent touch:h-10"
      onChange={(event) => {
        drag(event.target.value);
      }}
    />
  );
}
