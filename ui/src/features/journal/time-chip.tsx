import { Button, Field } from "../../design/controls";
import { textsOf } from "../../design/forms";
import { useTimes } from "../../design/times";
import { FilterChip } from "./filter-chip";
import { type Change, type JournalSearch, without } from "./filters";

const hourMs = 3_600_000;
const spans = {
  "Last hour": hourMs,
  "Last 24 hours": 24 * hourMs,
  "Last 7 days": 168 * hourMs,
  "Last 30 days": 720 * hourMs,
};

/** Narrows the list to a span of time. */
export function TimeChip({ search, onChange }: { search: JournalSearch; onChange: Change }) {
  const times = useTimes();
  const { since, until } = search;
  const words = (instant: string) => `${times.day(instant)} ${times.time(instant)}`;
  const value = [since && `from ${words(since)}`, until && `to ${words(until)}`].filter(Boolean).join(" ");
  const set = (from: string | undefined, to: string | undefined) => {
    onChange(without({ ...search, since: from, until: to }));
  };
  return (
    <FilterChip
      name="Time"
      value={value}
      onClear={() => {
        set(undefined, undefined);
      }}
    >
      {(close) => (
        <form
          className="space-y-2"
          onSubmit={(event) => {
            const texts = textsOf(event);
            set(instantOf(texts("since")), instantOf(texts("until")));
            close();
          }}
        >
          <div className="grid grid-cols-2 gap-2">
            {Object.entries(spans).map(([name, ms]) => (
              <Button
                key={name}
                tone="quiet"
                className="text-sm"
                onClick={() => {
                  set(new Date(Date.now() - ms).toISOString(), undefined);
                  close();
                }}
              >
                {name}
              </Button>
            ))}
          </div>
          <Field
            name="since"
            type="datetime-local"
            step="1"
            label="From (UTC)"
            defaultValue={fieldOf(since)}
          />
          <Field
            name="until"
            type="datetime-local"
            step="1"
            label="To, not included (UTC)"
            defaultValue={fieldOf(until)}
          />
          <Button type="submit" className="w-full">
            Show
          </Button>
        </form>
      )}
    </FilterChip>
  );
}

/** What a field of date and time says, in UTC. */
function instantOf(field: string): string | undefined {
  return field ? new Date(`${field}Z`).toISOString() : undefined;
}

function fieldOf(instant: string | undefined): string | undefined {
  return instant?.slice(0, 19);
}
