import { type SubmitEvent, useState } from "react";

import { type LimitName, limitText } from "../../api/denials";
import type { Account } from "../../api/types";
import { Button, Field, Problem } from "../../design/controls";
import { tell } from "../../state/toasts";
import { fieldText, type Limits, limitWords, typedLimit, unitWords } from "./limit-words";
import { useSetLimits } from "./queries";

/** One limit, changed where it stands: another figure, or off. */
export function EditLimit({
  account: { account_id, base_asset },
  name,
  value,
  onDone,
}: {
  account: Account;
  name: LimitName;
  value: Limits[LimitName];
  onDone: () => void;
}) {
  const { title, meaning, unit, without } = limitWords[name];
  const [typed, setTyped] = useState(() => fieldText(value, unit));
  const [isLeaving, setLeaving] = useState(false);
  const [problem, setProblem] = useState<string>();
  const change = useSetLimits(account_id);
  const put = (next: string | number | null) => {
    change.mutate(
      { [name]: next },
      {
        onSuccess: () => {
          tell({
            title: `${title}: ${limitText(next, unit, base_asset)}`,
            detail: `It was ${limitText(value, unit, base_asset)}.`,
            tone: next === null ? "attention" : "quiet",
          });
          onDone();
        },
      },
    );
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const read = typedLimit(typed, unit);
    setProblem(read.problem);
    if (read.value !== undefined) put(read.value);
  };
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === "Escape") onDone();
      }}
      className="space-y-3 bg-raised/50 px-4 py-3"
    >
      <p>
        <span className="font-medium">{title}</span> <span className="text-sm text-muted">{meaning}</span>
      </p>
      <div className="flex flex-wrap items-start gap-2">
        <div className="w-52">
          <Field
            label={`Limit, was ${limitText(value, unit, base_asset)}`}
            unit={unitWords(unit, base_asset)}
            inputMode="decimal"
            autoComplete="off"
            autoFocus
            value={typed}
            problem={problem}
            onChange={(event) => {
              setTyped(event.target.value);
            }}
          />
        </div>
        <div className="flex flex-wrap gap-2 pt-[21px]">
          <Button type="submit" disabled={change.isPending}>
            Save
          </Button>
          <Button tone="quiet" onClick={onDone}>
            Cancel
          </Button>
          {without && value !== null && (
            <Button
              tone="quiet"
              onClick={() => {
                setLeaving(true);
              }}
            >
              Switch off …
            </Button>
          )}
        </div>
      </div>
      {isLeaving && (
        <div
          role="alert"
          className="flex flex-wrap items-center justify-between gap-3 rounded-control border border-attention/50 bg-attention/10 px-3 py-2"
        >
          <p className="text-sm">Without this limit {without}</p>
          <Button
            tone="quiet"
            className="border-attention/60 text-text"
            disabled={change.isPending}
            onClick={() => {
              put(null);
            }}
          >
            Switch it off
          </Button>
        </div>
      )}
      {change.error && <Problem>{change.error.message}</Problem>}
    </form>
  );
}
