import { History, X } from "lucide-react";
import { useMemo } from "react";

import { Button } from "../../design/controls";
import { EventLink } from "../../design/event-link";
import { figure } from "../../design/figures";
import { IconButton } from "../../design/icon-button";
import { useTimes } from "../../design/times";
import { type Command, useOffer } from "../../state/commands";
import { endTravel, openSlider, useMoment } from "../../state/moment";
import { type Travel, TravelSlider, useTravel } from "./travel";

/**
 * On every page while the book is shown as it was: as of when, and the way back. Where the page has no slider of its
 * own, one stands here, also before the first step back when somebody has opened it.
 */
export function MomentBanner({ hasSlider }: { hasSlider: boolean }) {
  const asOf = useMoment((moment) => moment.asOf);
  const isOpen = useMoment((moment) => moment.isSliderOpen);
  useOffer(useTravelCommands(asOf !== null || isOpen));
  return asOf !== null || (isOpen && hasSlider) ? (
    <Banner hasSlider={hasSlider} isPast={asOf !== null} />
  ) : null;
}

function useTravelCommands(isOpen: boolean): Command[] {
  return useMemo<Command[]>(
    () => [
      {
        id: "travel",
        title: isOpen ? "Back to now" : "Travel in time",
        group: "Go to",
        keys: "g h",
        run: isOpen ? endTravel : openSlider,
      },
    ],
    [isOpen],
  );
}

function Banner({ hasSlider, isPast }: { hasSlider: boolean; isPast: boolean }) {
  const travel = useTravel();
  return (
    <aside
      aria-label={isPast ? "As of" : "Time travel"}
      className={`flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b px-4 py-2 ${isPast ? "border-accent/50 bg-accent/10" : "border-line bg-surface"}`}
    >
      <p aria-live="polite" className="flex items-center gap-2.5 max-lg:min-w-0 max-lg:flex-1">
        <History aria-hidden className={`size-4 shrink-0 ${isPast ? "text-accent" : "text-muted"}`} />
        <Shown travel={travel} />
      </p>
      {hasSlider && (
        <div className="flex min-w-52 flex-1 max-lg:order-last max-lg:basis-full">
          <TravelSlider travel={travel} />
        </div>
      )}
      {isPast ? (
        <Button
          tone="quiet"
          className="shrink-0 border-accent/60 text-text"
          onClick={() => {
            travel.end();
            endTravel();
          }}
        >
          Back to now
        </Button>
      ) : (
        <IconButton label="Close time travel" icon={<X />} onClick={endTravel} />
      )}
    </aside>
  );
}

function Shown({ travel: { shown, isNow, at } }: { travel: Travel }) {
  const times = useTimes();
  if (isNow) return <span className="tabular-nums">Now, position {figure(shown)}</span>;
  return (
    <span>
      <span className="font-medium">
        As of{" "}
        <EventLink
          position={shown}
          className="tabular-nums underline-offset-4 hover:underline"
          plainClassName="tabular-nums"
        >
          position {figure(shown)}
        </EventLink>
      </span>
      {at && (
        <>
          , recorded{" "}
          <time dateTime={at} className="tabular-nums">
            {times.full(at)}
          </time>
        </>
      )}
    </span>
  );
}
