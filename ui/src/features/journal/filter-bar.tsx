import { useAccounts } from "../../api/accounts";
import { Button, Field } from "../../design/controls";
import { textsOf } from "../../design/forms";
import { useTimes } from "../../design/times";
import { FilterChip } from "./filter-chip";
import { type JournalSearch, kinds, without } from "./filters";
import { typeName } from "./sentences";

type Change = (search: JournalSearch) => void;

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

function typesOf(search: JournalSearch): string[] {
  return search.type?.split(",") ?? [];
}

function TypeChip({ search, onChange }: { search: JournalSearch; onChange: Change }) {
  const chosen = typesOf(search);
  const whole = kinds.find(({ types }) => types.join(",") === search.type);
  const value =
    whole?.title ?? (chosen.length > 2 ? `${chosen.length} kinds` : chosen.map(typeName).join(", "));
  const toggle = (types: string[], isOn: boolean) => {
    const kept = chosen.filter((each) => !types.includes(each));
    onChange(without({ ...search, type: (isOn ? [...kept, ...types] : kept).join(",") }));
  };
  return (
    <FilterChip
      name="Kind"
      value={value}
      onClear={() => {
        onChange(without({ ...search, type: undefined }));
      }}
    >
      {() =>
        kinds.map(({ title, types }) => (
          <fieldset key={title} className="not-first:mt-3">
            <legend className="sr-only">{title}</legend>
            <Tick
              label={title}
              isStrong
              isOn={types.every((each) => chosen.includes(each))}
              onToggle={(isOn) => {
                toggle(types, isOn);
              }}
            />
            {types.map((type) => (
              <Tick
                key={type}
                label={typeName(type)}
                isOn={chosen.includes(type)}
                onToggle={(isOn) => {
                  toggle([type], isOn);
                }}
              />
            ))}
          </fieldset>
        ))
      }
    </FilterChip>
  );
}

function Tick({
  label,
  isOn,
  isStrong = false,
  onToggle,
}: {
  label: string;
  isOn: boolean;
  isStrong?: boolean;
  onToggle: (isOn: boolean) => void;
}) {
  return (
    <label
      className={`flex h-7 cursor-pointer items-center gap-2.5 rounded-control px-1.5 text-sm hover:bg-raised touch:h-10 ${isStrong ? "font-medium" : "pl-6"}`}
    >
      <input
        type="checkbox"
        className="size-4 accent-accent"
        checked={isOn}
        onChange={() => {
          onToggle(!isOn);
        }}
      />
      {label}
    </label>
  );
}

function TextChip({
  name,
  title,
  hint,
  value,
  onSet,
  children,
}: {
  name: string;
  title: string;
  hint: string;
  value: string | undefined;
  onSet: (value: string | undefined) => void;
  /** Values to choose from without typing. */
  children?: (choose: (value: string) => void) => React.ReactNode;
}) {
  return (
    <FilterChip
      name={name}
      value={value ?? ""}
      onClear={() => {
        onSet(undefined);
      }}
    >
      {(close) => (
        <form
          className="space-y-2"
          onSubmit={(event) => {
            onSet(textsOf(event)("value") || undefined);
            close();
          }}
        >
          <Field
            name="value"
            label={title}
            placeholder={hint}
            defaultValue={value}
            autoFocus
            autoComplete="off"
            maxLength={200}
          />
          <Button type="submit" className="w-full">
            Show
          </Button>
          {children?.((chosen) => {
            onSet(chosen);
            close();
          })}
        </form>
      )}
    </FilterChip>
  );
}

function AccountStreams({ onChoose }: { onChoose: (stream: string) => void }) {
  const { data: accounts = [] } = useAccounts();
  const streams = [
    ...accounts
      .slice(0, 20)
      .map((each) => ({ name: `Account ${each.name}`, stream: `account-${each.account_id}` })),
    { name: "Directory of members", stream: "directory" },
  ];
  return (
    <ul aria-label="Streams">
      {streams.map(({ name, stream }) => (
        <li key={stream}>
          <button
            type="button"
            className="h-8 w-full cursor-pointer truncate rounded-control px-2 text-left text-sm hover:bg-raised touch:h-10"
            onClick={() => {
              onChoose(stream);
            }}
          >
            {name}
          </button>
        </li>
      ))}
    </ul>
  );
}

const hourMs = 3_600_000;
const spans = {
  "Last hour": hourMs,
  "Last 24 hours": 24 * hourMs,
  "Last 7 days": 168 * hourMs,
  "Last 30 days": 720 * hourMs,
};

function TimeChip({ search, onChange }: { search: JournalSearch; onChange: Change }) {
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
