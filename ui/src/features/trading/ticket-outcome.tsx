import type { Instrument } from "../../api/types";
import { Problem } from "../../design/controls";
import { EventLink } from "../../design/event-link";
import { figure } from "../../design/figures";
import type { NotPlaced, usePlaceDraft } from "./placing";

/** What became of the last order, told to screen readers as well. */
export function Outcome({
  place,
  instrument,
}: {
  place: Pick<ReturnType<typeof usePlaceDraft>, "data" | "error" | "isPending">;
  instrument: Instrument;
}) {
  const { data, error, isPending } = place;
  return (
    <div aria-live="polite" className="space-y-2">
      {isPending && <p className="text-xs text-muted">Sent, waiting for the answer …</p>}
      {!isPending && error && <Refusal error={error} />}
      {!isPending &&
        data?.placed.map(({ order, journal_position: position }) => (
          <p key={order.order_id} className="text-xs text-muted">
            {order.side === "buy" ? "Buy" : "Sell"} order for {instrument.symbol} recorded at{" "}
            <EventLink position={position}>position {figure(position)}</EventLink>.
          </p>
        ))}
      {!isPending && data?.refused && (
        <Problem
          title="Only the first of the pair was taken"
          remedy="It works alone now; cancel it if that is not meant."
        >
          {data.refused.message}
        </Problem>
      )}
    </div>
  );
}

/** Why it was not placed, or that nobody knows. */
export function Refusal({ error }: { error: NotPlaced }) {
  if (error.isKnown)
    return (
      <Problem title={error.position ? "Order denied" : "Not placed"}>
        {error.message}
        {error.position && (
          <>
            {" "}
            <EventLink position={error.position}>Show the event</EventLink>
          </>
        )}
      </Problem>
    );
  return (
    <Problem
      title="No answer yet"
      remedy="The order may have been recorded. Sending it again is safe: it is never placed twice."
    >
      {error.message}
    </Problem>
  );
}
