import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { useAccount } from "../api/accounts";
import { useMe } from "../api/me";
import { Segments } from "../design/controls";
import { Empty, Skeleton } from "../design/panel";
import { BookThen } from "../features/journal/book-then";
import { EventView } from "../features/journal/event-view";
import { type JournalSearch, searchOf } from "../features/journal/filters";
import { Journal } from "../features/journal/journal";
import { TimeTravel } from "../features/journal/time-travel";
import { useMoment } from "../state/moment";

type Aside = "event" | "book";

/** Everything that happened: the list, one event beside it, and the book as it was. */
export function JournalPage() {
  const { data: me, isError } = useMe();
  if (!me && !isError) return <Skeleton rows={10} />;
  if (me?.scopes.includes("audit")) return <Rooms />;
  return (
    <Empty title="The journal is for auditors">
      Reading it needs the scope “audit”, which the roles owner, admin and auditor have. Ask whoever manages
      the members of this book.
    </Empty>
  );
}

function Rooms() {
  const { position }: { position?: string } = useParams({ strict: false });
  const search = searchOf(useSearch({ strict: false }));
  const navigate = useNavigate();
  const asOf = useMoment((moment) => moment.asOf);
  const account = useAccount();
  const [chosen, setChosen] = useState<Aside>("event");
  const hasBook = asOf !== null && account !== undefined;
  const aside = position && (!hasBook || chosen === "event") ? "event" : hasBook ? "book" : null;
  const show = (next: JournalSearch) => {
    void navigate({
      to: position ? "/journal/$position" : "/journal",
      params: { position: position ?? "" },
      search: next,
    });
  };
  return (
    // As high as what the frame leaves, whatever stands above: the list scrolls, not the page.
    <div className="relative min-h-[30rem] flex-1 print:min-h-0">
      <div className="absolute inset-0 flex flex-col gap-3 p-3 sm:p-4 print:static">
        <div className={position ? "max-lg:hidden" : ""}>
          <TimeTravel />
        </div>
        <div className="flex min-h-0 flex-1 gap-3">
          <div className={`min-h-0 min-w-0 flex-1 ${aside ? "flex max-lg:hidden" : "flex"}`}>
            <Journal search={search} onSearch={show} asOf={asOf} current={position} />
          </div>
          {aside && (
            <div className="flex min-h-0 min-w-0 flex-col gap-3 max-lg:flex-1 lg:w-[26rem] xl:w-[30rem] 2xl:w-[34rem]">
              {position && hasBook && (
                <Segments
                  label="Beside the list"
                  options={{ event: "This event", book: "The book then" }}
                  value={aside}
                  onChoose={setChosen}
                />
              )}
              {aside === "event" && position && (
                <EventView
                  position={position}
                  onClose={() => {
                    void navigate({ to: "/journal", search: true });
                  }}
                />
              )}
              {aside === "book" && hasBook && <BookThen account={account} asOf={asOf} />}
            </div>
          )}
        </div>
      </div>
    </div>
  );
}
