import { useNavigate } from "@tanstack/react-router";
import { ArrowUp, Pause, Play } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";

import { answered, api } from "../../api/client";
import type { JournalEvent } from "../../api/types";
import { Button, Problem } from "../../design/controls";
import { IconButton } from "../../design/icon-button";
import { Empty, Skeleton } from "../../design/panel";
import { type Column, SaveAsCsv } from "../../design/table";
import { type Command, useOffer } from "../../state/commands";
import { tell } from "../../state/toasts";
import { EventList } from "./event-list";
import { FilterBar } from "./filter-bar";
import { type JournalSearch, queryOf } from "./filters";
import { useEvents, useNewer } from "./queries";
import { sentence } from "./sentences";
import { orderNames, type OrderNames } from "./trading-sentences";
import { ViewBar } from "./view-bar";
import { word } from "./words";

const savedMax = 5_000;
const savedStretchesMax = 50;

/** The journal: what was recorded, the newest first, narrowed to what somebody looks for. */
export function Journal({
  search,
  onSearch,
  asOf,
  current,
}: {
  search: JournalSearch;
  onSearch: (search: JournalSearch) => void;
  /** The position as of which the journal is shown; null: now. */
  asOf: string | null;
  /** The position of the event that is open. */
  current: string | undefined;
}) {
  const found = useEvents(search, asOf);
  const { events, data, error } = found;
  const names = useMemo(() => orderNames(events ?? []), [events]);
  const scroller = useRef<HTMLDivElement>(null);
  useOffer(useSteps(events, current));
  return (
    <section
      aria-label="Journal"
      className="@container flex min-h-0 min-w-0 flex-1 flex-col overflow-hidden rounded-card border border-line bg-surface"
    >
      <header data-print="no" className="space-y-2 border-b border-line px-4 py-2.5">
        <div className="flex items-center gap-2">
          <div className="min-w-0 flex-1">
            <ViewBar search={search} onChange={onSearch} />
          </div>
          {asOf === null && (
            <Follow
              key={JSON.stringify(search)}
              search={search}
              head={data?.pages[0]?.head}
              scroller={scroller}
            />
          )}
          <SaveAsCsv name="journal" columns={fileColumns(names)} rows={() => allOf(search, asOf)} />
        </div>
        <FilterBar search={search} onChange={onSearch} />
      </header>
      <div
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label="List of events"
        className={`min-h-0 flex-1 overflow-y-auto ${found.isPlaceholderData ? "opacity-60" : ""}`}
      >
        {error && (
          <div className="space-y-3 p-4">
            <Problem title="The journal could not be read">{error.message}</Problem>
            <Button
              tone="quiet"
              onClick={() => {
                void found.refetch();
              }}
            >
              Try again
            </Button>
          </div>
        )}
        {!events && !error && <Skeleton rows={12} />}
        {events && events.length > 0 && (
          <EventList
            events={events}
            names={names}
            current={current}
            scroller={scroller}
            onEnd={() => {
              if (found.hasNextPage && !found.isFetching) void found.fetchNextPage();
            }}
          />
        )}
        {events && (
          <ListEnd
            found={found}
            isFiltered={Object.keys(search).length > 0}
            onClear={() => {
              onSearch({});
            }}
          />
        )}
      </div>
    </section>
  );
}

function ListEnd({
  found: { events = [], hasNextPage, isFetchingNextPage, looksOn, fetchNextPage },
  isFiltered,
  onClear,
}: {
  found: ReturnType<typeof useEvents>;
  isFiltered: boolean;
  onClear: () => void;
}) {
  if (looksOn || isFetchingNextPage) return <Skeleton rows={3} />;
  if (hasNextPage)
    return (
      <p className="p-4 text-center">
        <Button
          tone="quiet"
          onClick={() => {
            void fetchNextPage();
          }}
        >
          Look further back
        </Button>
      </p>
    );
  if (events.length)
    return <p className="p-4 text-center text-xs text-muted">The beginning of the journal</p>;
  if (!isFiltered)
    return <Empty title="Nothing has happened yet">What happens will be written here, and stay.</Empty>;
  return (
    <div className="pb-6 text-center">
      <Empty title="No event fits">Nothing in the journal is like that.</Empty>
      <Button tone="quiet" onClick={onClear}>
        Show everything
      </Button>
    </div>
  );
}

/** Tells of new events, and takes them in when asked, or by itself while it follows. */
function Follow({
  search,
  head,
  scroller,
}: {
  search: JournalSearch;
  head: string | undefined;
  scroller: React.RefObject<HTMLDivElement | null>;
}) {
  const { count, isMore, takeIn } = useNewer(search, head);
  const [isFollowing, setFollowing] = useState(false);
  useEffect(() => {
    if (isFollowing && count) takeIn();
  });
  return (
    <>
      <span aria-live="polite" className="contents">
        {count > 0 && !isFollowing && (
          <Button
            size="small"
            className="h-8 shrink-0 rounded-full"
            onClick={() => {
              takeIn();
              scroller.current?.scrollTo({ top: 0 });
            }}
          >
            <ArrowUp aria-hidden className="mr-1 inline size-3.5" />
            {count}
            {isMore ? " or more" : ""} new {count === 1 ? "event" : "events"}
          </Button>
        )}
      </span>
      <IconButton
        label={isFollowing ? "Stop following" : "Follow new events"}
        aria-pressed={isFollowing}
        className="aria-pressed:text-accent"
        icon={isFollowing ? <Pause /> : <Play />}
        onClick={() => {
          setFollowing(!isFollowing);
        }}
      />
    </>
  );
}

/** `j` and `k`: to the event below and above in the list. */
function useSteps(events: JournalEvent[] | undefined, current: string | undefined): Command[] {
  const navigate = useNavigate();
  return useMemo(() => {
    const step = (by: 1 | -1) => () => {
      const place = events?.findIndex((each) => each.position === current) ?? -1;
      const next = events?.[place < 0 ? 0 : place + by];
      if (next)
        void navigate({ to: "/journal/$position", params: { position: next.position }, search: true });
    };
    return [
      { id: "journal next", title: "Event below", group: "Go to", keys: "j", run: step(1) },
      { id: "journal previous", title: "Event above", group: "Go to", keys: "k", run: step(-1) },
    ];
  }, [events, current, navigate]);
}

/** All that the filter finds, up to a bound that is told. */
async function allOf(search: JournalSearch, asOf: string | null): Promise<JournalEvent[]> {
  const rows: JournalEvent[] = [];
  let cursor: string | null = null;
  for (let stretch = 0; stretch < savedStretchesMax && rows.length < savedMax; stretch += 1) {
    const place: { cursor?: string; before?: number } = cursor
      ? { cursor }
      : asOf
        ? { before: Number(asOf) + 1 }
        : {};
    const query = { ...queryOf(search), ...place, order: "desc" as const, limit: 500 };
    const page = await answered(api.GET("/v1/journal", { params: { query } }));
    rows.push(...page.items);
    cursor = page.next_cursor;
    if (!cursor) break;
  }
  const isWhole = !cursor && rows.length <= savedMax;
  tell({
    title: `${Math.min(rows.length, savedMax)} events saved`,
    detail: isWhole
      ? "That is all the filter finds."
      : "The newest ones only: narrow the filter by time to save earlier ones.",
    tone: isWhole ? "quiet" : "attention",
  });
  return rows.slice(0, savedMax);
}

function fileColumns(names: OrderNames): Column<JournalEvent>[] {
  const column = (title: string, text: (event: JournalEvent) => string): Column<JournalEvent> => ({
    title,
    text,
    cell: text,
  });
  return [
    column("Position", (each) => each.position),
    column("Recorded at", (each) => each.recorded_at),
    column("Type", (each) => each.type),
    column("Event", (each) => sentence(each, names)),
    column("Stream", (each) => each.stream),
    column("Version", (each) => each.version),
    column("Actor", (each) => word(each.metadata.actor)),
    column("Correlation", (each) => word(each.metadata.correlation_id)),
    column("Data", (each) => JSON.stringify(each.data)),
    column("Hash", (each) => each.hash),
  ];
}
