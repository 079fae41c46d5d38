import { useInfiniteQuery } from "@tanstack/react-query";

import { answered, api } from "../../api/client";
import type { JournalEvent } from "../../api/types";
import { Problem } from "../../design/controls";
import { figure } from "../../design/figures";
import { Empty, Panel, Skeleton } from "../../design/panel";
import { type Column, Table } from "../../design/table";
import { useTimes } from "../../design/times";

/** Every event, in the order in which it was recorded. */
export function Events() {
  const times = useTimes();
  const { data, error, fetchNextPage, hasNextPage, isFetching } = useInfiniteQuery({
    queryKey: ["journal"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      answered(api.GET("/v1/journal", { params: { query: { limit: 200, cursor: pageParam } } })),
    getNextPageParam: (page) => page.next_cursor,
  });
  const events = data?.pages.flatMap((page) => page.items);
  const columns: Column<JournalEvent>[] = [
    { title: "Position", figure: true, cell: (each) => figure(each.position), text: (each) => each.position },
    {
      title: "Recorded at",
      cell: (each) => <time dateTime={each.recorded_at}>{times.full(each.recorded_at)}</time>,
      text: (each) => each.recorded_at,
    },
    { title: "Event", cell: (each) => each.type, text: (each) => each.type },
    { title: "Stream", wide: true, cell: (each) => each.stream, text: (each) => each.stream },
  ];
  return (
    <Panel title="Events" className="min-h-0 flex-1">
      {error && <Problem>{error.message}</Problem>}
      {!events && !error && <Skeleton rows={8} />}
      {events?.length === 0 && <Empty title="Nothing has happened yet">It will be written here.</Empty>}
      {events && events.length > 0 && (
        <Table
          caption="Events"
          columns={columns}
          rows={events}
          rowKey={(each) => each.position}
          onEnd={() => {
            if (hasNextPage && !isFetching) void fetchNextPage();
          }}
        />
      )}
    </Panel>
  );
}
