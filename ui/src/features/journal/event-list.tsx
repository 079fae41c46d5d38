import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  ArrowLeftRight,
  CircleAlert,
  CircleCheck,
  CircleDot,
  type LucideIcon,
  ScrollText,
  UserRound,
  Wallet,
} from "lucide-react";
import type { RefObject } from "react";

import { useMe } from "../../api/me";
import type { JournalEvent } from "../../api/types";
import { figure } from "../../design/figures";
import { usePrinting } from "../../design/printing";
import { useTimes } from "../../design/times";
import { actorName, happenedApart, sentence, type Topic, topic, typeName } from "./sentences";
import type { OrderNames } from "./trading-sentences";

const marks: Record<Topic, { icon: LucideIcon; look: string }> = {
  order: { icon: ScrollText, look: "text-muted" },
  fill: { icon: CircleCheck, look: "text-accent" },
  money: { icon: ArrowLeftRight, look: "text-text" },
  account: { icon: Wallet, look: "text-muted" },
  people: { icon: UserRound, look: "text-muted" },
  problem: { icon: CircleAlert, look: "text-attention" },
  other: { icon: CircleDot, look: "text-muted" },
};
const rowPx = 44;

/** The mark of what an event is about. */
export function Mark({ type }: { type: string }) {
  const { icon: Icon, look } = marks[topic(type)];
  return <Icon aria-hidden className={`size-4 shrink-0 ${look}`} />;
}

/** Events one below the other, each a sentence that leads to the event; those out of sight are not in the page. */
export function EventList({
  events,
  names,
  current,
  onEnd,
  scroller,
}: {
  events: JournalEvent[];
  names: OrderNames;
  /** The position of the event that is open. */
  current: string | undefined;
  onEnd: () => void;
  scroller: RefObject<HTMLDivElement | null>;
}) {
  const isPrinting = usePrinting();
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is compiled to be memoized
  const virtual = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    getItemKey: (index) => events[index]?.position ?? index,
    overscan: 12,
    onChange: (instance) => {
      const last = instance.getVirtualItems().at(-1)?.index ?? 0;
      if (last >= events.length - 12) onEnd();
    },
  });
  if (isPrinting)
    return (
      <ol aria-label="Events">
        {events.map((event) => (
          <li key={event.position} className="border-b border-line/60">
            <Row event={event} names={names} isCurrent={false} />
          </li>
        ))}
      </ol>
    );
  return (
    <ol aria-label="Events" className="relative" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ index, key, start }) => {
        const event = events[index];
        return (
          event && (
            <li
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              aria-posinset={index + 1}
              aria-setsize={events.length}
              className="absolute inset-x-0 border-b border-line/60"
              style={{ transform: `translateY(${start}px)` }}
            >
              <Row event={event} names={names} isCurrent={event.position === current} />
            </li>
          )
        );
      })}
    </ol>
  );
}

function Row({ event, names, isCurrent }: { event: JournalEvent; names: OrderNames; isCurrent: boolean }) {
  const times = useTimes();
  const { data: me } = useMe();
  const happenedAt = happenedApart(event);
  return (
    <Link
      to="/journal/$position"
      params={{ position: event.position }}
      search
      resetScroll={false}
      aria-current={isCurrent || undefined}
      className="grid min-h-11 grid-cols-[1rem_minmax(0,1fr)] items-center gap-x-3 px-4 py-1.5 -outline-offset-2 hover:bg-raised aria-[current]:bg-raised aria-[current]:shadow-[inset_2px_0_0_var(--color-accent)] @2xl:grid-cols-[4rem_9.5rem_1rem_minmax(0,1fr)] @4xl:grid-cols-[4rem_9.5rem_1rem_minmax(0,1fr)_8rem]"
    >
      <span className="text-right text-xs text-muted tabular-nums @max-2xl:hidden">
        {figure(event.position)}
      </span>
      <time dateTime={event.recorded_at} className="text-xs text-muted tabular-nums @max-2xl:hidden">
        {times.day(event.recorded_at)} {times.time(event.recorded_at, { withMs: true })}
      </time>
      <Mark type={event.type} />
      <span className="min-w-0">
        <span
          className="block truncate @max-2xl:line-clamp-2 @max-2xl:whitespace-normal"
          title={typeName(event.type)}
        >
          {sentence(event, names, me?.actor)}
        </span>
        {happenedAt && (
          <span className="block truncate text-xs text-muted tabular-nums">
            Happened {times.day(happenedAt)} {times.time(happenedAt)}
          </span>
        )}
        <span className="block truncate text-xs text-muted tabular-nums @2xl:hidden">
          {figure(event.position)} · {times.day(event.recorded_at)} {times.time(event.recorded_at)} ·{" "}
          {actorName(event.metadata.actor as string, me?.actor)}
        </span>
      </span>
      <span className="truncate text-xs text-muted @max-4xl:hidden">
        {actorName(event.metadata.actor as string, me?.actor)}
      </span>
    </Link>
  );
}
