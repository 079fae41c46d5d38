import { FilterChip } from "./filter-chip";
import { type Change, type JournalSearch, kinds, without } from "./filters";
import { typeName } from "./sentences";

function typesOf(search: JournalSearch): string[] {
  return search.type?.split(",") ?? [];
}

/** Narrows the list to kinds of events, whole families of them or one by one. */
export function TypeChip({ search, onChange }: { search: JournalSearch; onChange: Change }) {
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
