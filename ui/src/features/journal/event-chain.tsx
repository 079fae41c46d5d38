import { Link } from "@tanstack/react-router";

import { useMe } from "../../api/me";
import type { JournalEvent } from "../../api/types";
import { Problem } from "../../design/controls";
import { Skeleton } from "../../design/panel";
import { duration, useTimes } from "../../design/times";
import { Mark } from "./event-list";
import type { useRelated } from "./related";
import { actorName, sentence } from "./sentences";
import { orderNames } from "./trading-sentences";
import { short, word } from "./words";
import { Section } from "./section";

/** From the command that began it to what came of it, this event among them. */
export function EventChain({
  event,
  related: { data: chain, error, isPending },
}: {
  event: JournalEvent;
  related: ReturnType<typeof useRelated>;
}) {
  const { data: me } = useMe();
  const first = chain?.[0];
  const names = orderNames(chain ?? []);
  return (
    <Section title="Cause → effect">
      {isPending && <Skeleton rows={3} />}
      {error && <Problem>{error.message}</Problem>}
      {first && (
        <ol aria-label="Cause and effect" className="relative ml-2 space-y-1 border-l border-line pl-4">
          <li className="py-1 text-sm text-muted">
            Command …{short(first.metadata.command_id)} by {actorName(word(first.metadata.actor), me?.actor)}
          </li>
          {chain.map((each) => (
            <ChainLink
              key={each.position}
              event={each}
              after={first}
              isShown={each.position === event.position}
            >
              {sentence(each, names, me?.actor)}
            </ChainLink>
          ))}
        </ol>
      )}
    </Section>
  );
}

/** A link of the chain, with how long after its beginning it came. */
function ChainLink({
  event,
  after,
  isShown,
  children,
}: {
  event: JournalEvent;
  after: JournalEvent;
  isShown: boolean;
  children: string;
}) {
  const times = useTimes();
  const laterMs = Date.parse(event.recorded_at) - Date.parse(after.recorded_at);
  const later = laterMs < 1_000 ? `${laterMs} ms` : duration(laterMs);
  return (
    <li className={`relative rounded-control ${isShown ? "bg-raised" : ""}`}>
      <span
        aria-hidden
        className={`absolute top-3 -left-[21px] size-2.5 rounded-full border-2 border-surface ${isShown ? "bg-accent" : "bg-muted"}`}
      />
      <Link
        to="/journal/$position"
        params={{ position: event.position }}
        search
        className="flex min-h-8 items-center gap-2 rounded-control px-2 py-1 text-sm hover:bg-raised touch:min-h-10"
      >
        <Mark type={event.type} />
        <span className={`min-w-0 flex-1 ${isShown ? "font-medium" : ""}`}>
          {children}
          {isShown && <span className="text-muted"> · this event</span>}
        </span>
        <time
          dateTime={event.recorded_at}
          title={times.full(event.recorded_at)}
          className="shrink-0 text-xs text-muted tabular-nums"
        >
          {event === after ? times.time(event.recorded_at) : `+${later}`}
        </time>
      </Link>
    </li>
  );
}
