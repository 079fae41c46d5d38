import type { ReactNode } from "react";

import { useAccounts } from "../../api/accounts";
import { Button, Field } from "../../design/controls";
import { textsOf } from "../../design/forms";
import { FilterChip } from "./filter-chip";

/** Narrows the list to one value that is typed, or chosen where there is something to choose from. */
export function TextChip({
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
  children?: (choose: (value: string) => void) => ReactNode;
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

/** The streams that a person knows by name. */
export function AccountStreams({ onChoose }: { onChoose: (stream: string) => void }) {
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
