import { useState } from "react";

import { useMay } from "../../../api/me";
import { type SwitchState, type SwitchTerms, useSetSwitch, useSwitch } from "../../../api/switches";
import type { Account } from "../../../api/types";
import { Button, Field, Problem } from "../../../design/controls";
import { Dialog } from "../../../design/dialog";
import { Panel } from "../../../design/panel";
import { useTimes } from "../../../design/times";
import { venueName } from "../../../design/venue-names";
import { sentence } from "../../../design/words";
import { tell } from "../../../state/toasts";
import { Loaded } from "../loaded";
import { State } from "../state";
import { fateOfOrders, problemOfSeconds } from "./switch-words";

/** What happens to an account's orders at its venue when this server is gone, and the way to have it otherwise. */
export function DeadMansSwitch({ account }: { account: Account }) {
  const state = useSwitch(account.account_id);
  return (
    <Panel title="When this server is gone" aside={state.data && <Standing state={state.data} />}>
      <Loaded query={state} rows={2}>
        {(told) => <Told account={account} state={told} />}
      </Loaded>
    </Panel>
  );
}

function Standing({ state: { after_s, problem } }: { state: SwitchState }) {
  if (after_s === null) return null;
  return <State state={problem ? "degraded" : "ok"}>{problem ? "Not heard" : "On"}</State>;
}

function Told({ account, state }: { account: Account; state: SwitchState }) {
  const times = useTimes();
  const may = useMay("manage");
  const [isOpen, setOpen] = useState(false);
  const { after_s, put_off_at, problem, terms } = state;
  return (
    <>
      <div className="space-y-1.5 px-4 py-3">
        <p>{fateOfOrders(state, venueName(account.venue))}</p>
        {terms && <p className="text-sm text-muted">{terms.caution}</p>}
        {put_off_at && (
          <p className="text-xs text-muted">
            Last put off <time dateTime={put_off_at}>{times.full(put_off_at)}</time>
          </p>
        )}
        {problem && (
          <p className="text-sm text-attention wrap-anywhere" role="status">
            {sentence(problem)} It is tried again by itself.
          </p>
        )}
      </div>
      {terms && (
        <div className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-4 py-3">
          {!may && <p className="mr-auto text-sm text-muted">Changing it needs the scope “manage”.</p>}
          <Button
            tone="quiet"
            disabled={!may}
            onClick={() => {
              setOpen(true);
            }}
          >
            {after_s === null ? "Switch it on" : "Change it"}
          </Button>
        </div>
      )}
      {isOpen && terms && (
        <Setting
          account={account}
          state={state}
          terms={terms}
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

const atFirst = "60";

function Setting({
  account,
  state,
  terms,
  onClose,
}: {
  account: Account;
  state: SwitchState;
  terms: SwitchTerms;
  onClose: () => void;
}) {
  const isOn = state.after_s !== null;
  const [typed, setTyped] = useState(isOn ? String(state.after_s) : atFirst);
  const [whenStopped, setWhenStopped] = useState(state.when_stopped);
  const setting = useSetSwitch(account.account_id);
  const problem = problemOfSeconds(typed, terms);
  const ask = (after_s: number | null) => {
    setting.mutate(
      { after_s, when_stopped: after_s !== null && whenStopped },
      {
        onSuccess: () => {
          tell({
            tone: after_s === null ? "quiet" : "gain",
            title: `Dead man’s switch of ${account.name} ${after_s === null ? "switched off" : "is on"}`,
          });
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      title={`Dead man’s switch of ${account.name}`}
      note={terms.caution}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button tone="quiet" onClick={onClose}>
            Leave it
          </Button>
          {isOn && (
            <Button
              tone="quiet"
              disabled={setting.isPending}
              onClick={() => {
                ask(null);
              }}
            >
              Switch it off
            </Button>
          )}
          <Button
            disabled={setting.isPending || problem !== undefined}
            onClick={() => {
              ask(Number(typed));
            }}
          >
            {isOn ? "Change it" : "Switch it on"}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <Field
          label="Cancel all orders when the venue has heard nothing for"
          unit="s"
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          problem={problem}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
        />
        <label className="flex min-h-10 cursor-pointer items-start gap-3">
          <input
            type="checkbox"
            checked={whenStopped}
            className="mt-0.5 size-4 shrink-0 accent-accent"
            onChange={(event) => {
              setWhenStopped(event.target.checked);
            }}
          />
          <span>
            <span className="block">Also when the server is stopped on purpose</span>
            <span className="block text-xs text-muted">
              Else stopping it, as for an upgrade, leaves orders as they are.
            </span>
          </span>
        </label>
        {setting.error && <Problem>{setting.error.message}</Problem>}
      </div>
    </Dialog>
  );
}
