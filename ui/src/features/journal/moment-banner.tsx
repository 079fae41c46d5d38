import { Link } from "@tanstack/react-router";
import { History } from "lucide-react";
import { useMemo } from "react";

import { useMay } from "../../api/me";
import { Button } from "../../design/controls";
import { figure } from "../../design/figures";
import { useTimes } from "../../design/times";
import { type Command, useOffer } from "../../state/commands";
import { travelTo, useMoment } from "../../state/moment";
import { useEvent } from "./queries";

/** On every page while the book is shown as it was: as of when, and the way back. */
export function MomentBanner() {
  const asOf = useMoment((moment) => moment.asOf);
  return asOf === null ? null : <Banner asOf={asOf} />;
}

function Banner({ asOf }: { asOf: string }) {
  const times = useTimes();
  const mayRead = useMay("audit");
  const { data: event } = useEvent(mayRead ? asOf : "");
  useOffer(
    useMemo<Command[]>(
      () => [
        {
          id: "moment now",
          title: "Back to now",
          group: "Go to",
          run: () => {
            travelTo(null);
          },
        },
      ],
      [],
    ),
  );
  return (
    <aside
      aria-live="polite"
      aria-label="As of"
      className="flex items-center justify-between gap-x-4 border-b border-accent/50 bg-accent/10 px-4 py-2"
    >
      <p className="flex items-center gap-2.5">
        <History aria-hidden className="size-4 shrink-0 text-accent" />
        <span>
          <span className="font-medium">
            As of{" "}
            <Link
              to="/journal/$position"
              params={{ position: asOf }}
              className="tabular-nums underline-offset-4 hover:underline"
            >
              position {figure(asOf)}
            </Link>
          </span>
          {event?.position === asOf && (
            <>
              ,{" "}
              <time dateTime={event.recorded_at} className="tabular-nums">
                {times.full(event.recorded_at)}
              </time>
            </>
          )}
        </span>
      </p>
      <Button
        tone="quiet"
        className="shrink-0 border-accent/60 text-text"
        onClick={() => {
          travelTo(null);
        }}
      >
        Back to now
      </Button>
    </aside>
  );
}
