import { type SubmitEvent, useState } from "react";

import { useInstruments } from "../../api/instruments";
import type { Account } from "../../api/types";
import { Button, Field, Problem } from "../../design/controls";
import { Dialog } from "../../design/dialog";
import { useSetLimits } from "./queries";

/** Which instruments the account may trade: all, or only those on its list. */
export function AllowedInstruments({
  account,
  allowed,
  mayManage,
}: {
  account: Account;
  allowed: string[];
  mayManage: boolean;
}) {
  const [isChoosing, setChoosing] = useState(false);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-2 px-4 py-3 md:grid-cols-[minmax(0,5fr)_minmax(0,6fr)_auto]">
      <div>
        <p className="font-medium">Instruments</p>
        <p className="text-sm text-muted">Orders on any other are denied.</p>
      </div>
      <div className="flex items-start justify-end gap-2 md:order-last md:w-52">
        <span className="py-1 font-medium">{allowed.length ? `${allowed.length} allowed` : "all"}</span>
        {mayManage && (
          <Button
            size="small"
            tone="quiet"
            className="mt-0.5"
            aria-label="Change Instruments"
            onClick={() => {
              setChoosing(true);
            }}
          >
            Change
          </Button>
        )}
      </div>
      <p className="col-span-2 self-center text-sm text-muted md:col-span-1">
        {allowed.join(", ") || "Every instrument of its venue."}
      </p>
      <Dialog
        title="Instruments that may be traded"
        note="None chosen: all of them."
        isOpen={isChoosing}
        onClose={() => {
          setChoosing(false);
        }}
      >
        <Chooser
          account={account}
          allowed={allowed}
          onDone={() => {
            setChoosing(false);
          }}
        />
      </Dialog>
    </div>
  );
}

const shownMax = 200;

function Chooser({ account, allowed, onDone }: { account: Account; allowed: string[]; onDone: () => void }) {
  const { data: instruments = [] } = useInstruments();
  const [chosen, setChosen] = useState(() => new Set(allowed));
  const [sought, setSought] = useState("");
  const change = useSetLimits(account.account_id);
  const shown = instruments
    .filter((each) => each.instrument_id.toLowerCase().includes(sought.trim().toLowerCase()))
    .slice(0, shownMax);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    change.mutate({ allowed_instruments: [...chosen].sort() }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} className="space-y-3">
      <Field
        label="Search"
        value={sought}
        onChange={(event) => {
          setSought(event.target.value);
        }}
      />
      <ul
        className="max-h-72 overflow-y-auto rounded-control border border-line"
        tabIndex={0}
        aria-label="Instruments"
      >
        {shown.map((each) => (
          <li key={each.instrument_id}>
            <label className="flex h-9 cursor-pointer items-center gap-3 px-3 hover:bg-raised touch:h-11">
              <input
                type="checkbox"
                className="size-4 accent-accent"
                checked={chosen.has(each.instrument_id)}
                onChange={({ target: { checked } }) => {
                  setChosen((before) => {
                    const after = new Set(before);
                    if (checked) after.add(each.instrument_id);
                    else after.delete(each.instrument_id);
                    return after;
                  });
                }}
              />
              {each.symbol} <span className="text-sm text-muted">{each.instrument_id}</span>
            </label>
          </li>
        ))}
      </ul>
      {change.error && <Problem>{change.error.message}</Problem>}
      <div className="flex items-center justify-end gap-2">
        <p className="mr-auto text-sm text-muted">{chosen.size ? `${chosen.size} chosen` : "All of them"}</p>
        <Button tone="quiet" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" disabled={change.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}
