import { type Change, type JournalSearch, without } from "./filters";
import { AccountStreams, TextChip } from "./text-chip";
import { TimeChip } from "./time-chip";
import { TypeChip } from "./type-chip";

/** What the list is narrowed to, by kind, stream, actor, request, order and time. */
export function FilterBar({ search, onChange }: { search: JournalSearch; onChange: Change }) {
  const set = (change: { [Key in keyof JournalSearch]: string | undefined }) => {
    onChange(without({ ...search, ...change }));
  };
  return (
    <div
      role="group"
      aria-label="Filters"
      className="-mx-1 flex items-center gap-2 overflow-x-auto px-1 py-0.5 @2xl:flex-wrap"
    >
      <TypeChip search={search} onChange={onChange} />
      <TextChip
        name="Stream"
        title="Stream"
        hint="account-…"
        value={search.stream}
        onSet={(stream) => {
          set({ stream });
        }}
      >
        {(choose) => <AccountStreams onChoose={choose} />}
      </TextChip>
      <TextChip
        name="Actor"
        title="Actor"
        hint="user:… or venue:paper"
        value={search.actor}
        onSet={(actor) => {
          set({ actor });
        }}
      />
      <TextChip
        name="Request"
        title="Correlation id"
        hint="Id of the request"
        value={search.correlation}
        onSet={(correlation) => {
          set({ correlation });
        }}
      />
      <TextChip
        name="Order"
        title="Order id"
        hint="Id of the order"
        value={search.order}
        onSet={(order) => {
          set({ order });
        }}
      />
      <TimeChip search={search} onChange={onChange} />
    </div>
  );
}
