import { type SubmitEvent, useState } from "react";

import { useMay } from "../../api/me";
import type { Account } from "../../api/types";
import { Button, Field, Problem } from "../../design/controls";
import { Dialog } from "../../design/dialog";
import { Panel } from "../../design/panel";
import { tell } from "../../state/toasts";
import { type State, useSetState } from "./queries";

export const stateWords: Record<State, { title: string; meaning: string; mark: string }> = {
  active: { title: "Active", meaning: "Takes every order that its limits allow.", mark: "bg-gain" },
  reducing: {
    title: "Reducing",
    meaning: "Takes only orders that lessen exposure.",
    mark: "bg-attention",
  },
  halted: { title: "Halted", meaning: "Takes no orders. Open ones can be cancelled.", mark: "bg-loss" },
};
const states = Object.keys(stateWords) as State[];

/** What the account may do, and the switch for it. */
export function AccountStatePanel({ account }: { account: Account }) {
  const mayTrade = useMay("trade");
  const mayManage = useMay("manage");
  const [wanted, setWanted] = useState<State | null>(null);
  return (
    <Panel title="State">
      <ul className="grid gap-2 p-4 sm:grid-cols-3">
        {states.map((state) => {
          const isNow = state === account.state;
          const isAllowed = state === "active" ? mayManage : mayTrade;
          return (
            <li key={state} className="contents">
              <button
                type="button"
                aria-pressed={isNow}
                disabled={isNow || !isAllowed}
                onClick={() => {
                  setWanted(state);
                }}
                className="cursor-pointer space-y-1 rounded-control border border-line p-3 text-left hover:border-muted disabled:cursor-default disabled:hover:border-line aria-pressed:border-text aria-pressed:bg-raised"
              >
                <span className="flex items-center gap-2 font-medium">
                  <span aria-hidden className={`size-2 rounded-full ${stateWords[state].mark}`} />
                  {stateWords[state].title}
                  {isNow && <span className="ml-auto text-xs font-normal text-muted">now</span>}
                </span>
                <span className="block text-sm text-muted">{stateWords[state].meaning}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {account.state !== "active" && (
        <p className="px-4 pb-4 text-sm">
          <span className="text-muted">Reason: </span>
          {account.state_reason || "none was given"}
        </p>
      )}
      {!mayTrade && <p className="px-4 pb-4 text-sm text-muted">Your role can see this and not change it.</p>}
      {wanted && (
        <SwitchDialog
          account={account}
          state={wanted}
          onClose={() => {
            setWanted(null);
          }}
        />
      )}
    </Panel>
  );
}

function SwitchDialog({ account, state, onClose }: { account: Account; state: State; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const change = useSetState(account.account_id);
  const isHalt = state === "halted";
  const isConfirmed = !isHalt || typed.trim().toLowerCase() === "halt";
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isConfirmed) return;
    change.mutate(
      { state, reason: reason.trim() },
      {
        onSuccess: ({ journal_position }) => {
          tell({
            title: `${account.name} is ${state}`,
            detail: reason.trim(),
            tone: state === "active" ? "quiet" : "attention",
            ...(journal_position !== "0" && { path: `/journal/${journal_position}` }),
          });
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      title={`Switch ${account.name} to ${state}`}
      note={stateWords[state].meaning}
      isOpen
      onClose={onClose}
    >
      <form onSubmit={submit} className="space-y-4">
        <Field
          label="Reason, for the journal"
          value={reason}
          maxLength={200}
          autoFocus
          onChange={(event) => {
            setReason(event.target.value);
          }}
        />
        {isHalt && (
          <Field
            label="Type halt to confirm"
            value={typed}
            autoComplete="off"
            onChange={(event) => {
              setTyped(event.target.value);
            }}
          />
        )}
        {change.error && <Problem>{change.error.message}</Problem>}
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" tone={isHalt ? "loss" : "accent"} disabled={!isConfirmed || change.isPending}>
            {isHalt ? "Halt it" : `Switch to ${state}`}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
