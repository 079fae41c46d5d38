import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

import { useMay } from "../../api/me";
import { denialText } from "../../api/denials";
import { useInstrument } from "../../api/instruments";
import type { Order } from "../../api/types";
import { Button, Problem } from "../../design/controls";
import { EventLink } from "../../design/event-link";
import { figure } from "../../design/figures";
import { type Attempt, eventsPath, leave, type Placed, type Refusal } from "./attempts";

/** What became of the last order, and of those before it that nobody answered; told to screen readers as well. */
export function Outcome({ attempts }: { attempts: readonly Attempt[] }) {
  const newest = attempts.at(-1);
  const shown = attempts.filter(
    ({ id, standing, isLeft }) => (id === newest?.id || standing.is === "unanswered") && !isLeft,
  );
  const place = useRef<HTMLDivElement>(null);
  const news = newest && `${newest.id} ${newest.standing.is}`;
  useEffect(() => {
    if (news) place.current?.scrollIntoView({ block: "nearest" });
  }, [news]);
  return (
    <div ref={place} aria-live="polite" className="space-y-2">
      {shown.map((attempt) => (
        <Told key={attempt.id} attempt={attempt} />
      ))}
    </div>
  );
}

function Told({ attempt }: { attempt: Attempt }) {
  const { standing, what } = attempt;
  switch (standing.is) {
    case "sent":
      return <p className="text-xs text-muted">Sent, waiting for the answer …</p>;
    case "unanswered":
      return <Unanswered attempt={attempt} refusal={standing.refusal} />;
    case "refused":
      return <Refused refusal={standing.refusal} />;
    case "found":
      return standing.orders.map((order) => <Found key={order.order_id} order={order} what={what} />);
    case "answered":
      return (
        <>
          {standing.outcome.placed.map((placed) => (
            <Recorded key={placed.order.order_id} placed={placed} what={what} />
          ))}
          {standing.outcome.refused && (
            <Problem
              title="Only the first of the pair was taken"
              remedy="It works alone now; cancel it if that is not meant."
            >
              {standing.outcome.refused.message}
            </Problem>
          )}
        </>
      );
  }
}

function Recorded({ placed, what }: { placed: Placed; what: string }) {
  const { order, journal_position: position, repeated } = placed;
  if (repeated)
    return (
      <p className="text-sm">
        {what}: this is the order that got no answer before. It was recorded then, and nothing was placed now.{" "}
        <EventsOf order={order} />
      </p>
    );
  return (
    <p className="text-xs text-muted">
      {what}: recorded at <EventLink position={position}>position {figure(position)}</EventLink>.
    </p>
  );
}

/** No answer came, but the stream has shown it. */
function Found({ order, what }: { order: Order; what: string }) {
  const symbol = useInstrument(order.instrument)?.symbol ?? order.instrument;
  const events = <EventsOf order={order} />;
  if (order.status === "denied")
    return (
      <Problem title="Order denied">
        {denialText({ code: order.code, detail: order.reason, figures: order.figures }, { symbol })} {events}
      </Problem>
    );
  return (
    <p className="text-sm">
      {what}: no answer came, but it was recorded. {events}
    </p>
  );
}

function Unanswered({ attempt: { id, what, found }, refusal }: { attempt: Attempt; refusal: Refusal }) {
  const isPart = found.length > 0;
  return (
    <div className="space-y-1">
      <Problem
        title={`No answer yet: ${what}`}
        remedy="It may have been recorded. Sending it again is safe: it is never placed twice."
      >
        {refusal.isKnown ? `Sent again, it was refused: ${refusal.message}` : refusal.message}
        {isPart && " One order of the pair was recorded."}
      </Problem>
      <Button
        tone="quiet"
        size="small"
        onClick={() => {
          leave(id);
        }}
      >
        Hide this
      </Button>
    </div>
  );
}

function Refused({ refusal: { message, position } }: { refusal: Refusal }) {
  return (
    <Problem title={position ? "Order denied" : "Not placed"}>
      {message}
      {position && (
        <>
          {" "}
          <EventLink position={position}>Show the event</EventLink>
        </>
      )}
    </Problem>
  );
}

/** For whom the journal is no room, there is no way there. */
function EventsOf({ order }: { order: Order }) {
  const may = useMay("audit");
  if (!may) return null;
  return (
    <Link to={eventsPath(order)} className="text-accent hover:underline">
      Show its events
    </Link>
  );
}
