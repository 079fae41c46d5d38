import { useEffect, useId, useRef } from "react";

import { useMe } from "../../../api/me";
import type { Account } from "../../../api/types";
import { Button, Problem } from "../../../design/controls";
import { Panel } from "../../../design/panel";
import { guideOf, type KeyField } from "./guides";
import { type PastedKey, useConnect } from "./queries";
import { SecretField } from "./secret-field";
import { keyProblems } from "./stages";

/** The third step: the key goes to the server. It stands in these fields until it was sent, and nowhere else. */
export function PasteKey({
  account,
  onBack,
  onDone,
}: {
  account: Account;
  onBack: () => void;
  onDone: () => void;
}) {
  const form = useRef<HTMLFormElement>(null);
  const guide = guideOf(account.venue);
  const connect = useConnect(account.account_id, () => pastedIn(form.current, guide.fields), onDone);
  useEmptiedOnLeave(form);
  const problems = keyProblems(
    connect.error,
    guide.fields.some(({ name }) => name === "agent_key") ? "agent_key" : "api_key",
  );
  return (
    <Panel title={`Paste the key of ${guide.title}`}>
      <form
        ref={form}
        autoComplete="off"
        className="space-y-5 p-5"
        onSubmit={(event) => {
          event.preventDefault();
          connect.mutate();
        }}
      >
        {guide.fields.map(({ name, label, note, isOptional }, index) => (
          <SecretField
            key={name}
            label={label}
            name={name}
            note={note}
            problem={problems[name]}
            isOptional={isOptional}
            autoFocus={index === 0}
          />
        ))}
        {problems.confirmed_by_owner && <Confirmation problem={problems.confirmed_by_owner} />}
        {problems.whole && <Problem remedy="Nothing was kept.">{problems.whole}</Problem>}
        <div className="flex flex-wrap items-center justify-end gap-2">
          <p className="mr-auto text-sm text-muted" role="status">
            {connect.isPending ? `Asking ${guide.title} what the key may do …` : ""}
          </p>
          <Button tone="quiet" onClick={onBack}>
            Back
          </Button>
          <Button type="submit" disabled={connect.isPending}>
            Connect
          </Button>
        </div>
      </form>
    </Panel>
  );
}

/** What a venue does not tell, an owner says in their own words. */
function Confirmation({ problem }: { problem: string }) {
  const id = useId();
  const isOwner = useMe().data?.role === "owner";
  return (
    <div className="space-y-2 rounded-control border border-attention/50 bg-attention/10 p-3">
      <p role="alert" className="text-sm">
        {problem}
      </p>
      {isOwner ? (
        <div className="space-y-1">
          <label htmlFor={id} className="block text-xs text-muted">
            What you looked at, and that this key cannot withdraw (20 to 500 characters)
          </label>
          <textarea
            id={id}
            name="confirmed_by_owner"
            rows={2}
            required
            minLength={20}
            maxLength={500}
            autoComplete="off"
            className="block w-full rounded-control border border-line bg-ground px-2.5 py-2 touch:text-[16px]"
          />
        </div>
      ) : (
        <p className="text-sm font-medium">Only an owner can; ask one to connect this account.</p>
      )}
    </div>
  );
}

function pastedIn(form: HTMLFormElement | null, fields: readonly KeyField[]): PastedKey {
  const given = new Map(form ? [...new FormData(form)] : []);
  const text = (name: string) => {
    const value = given.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const sentence = text("confirmed_by_owner");
  return {
    secrets: Object.fromEntries(
      fields.map(({ name }) => [name, text(name)] as const).filter(([, value]) => value),
    ),
    ...(sentence && { confirmed_by_owner: sentence }),
  };
}

/** A page that is left stays in the browser's memory, to be come back to: without the key. */
function useEmptiedOnLeave(form: React.RefObject<HTMLFormElement | null>) {
  useEffect(() => {
    const empty = () => {
      form.current?.reset();
    };
    addEventListener("pagehide", empty);
    return () => {
      removeEventListener("pagehide", empty);
    };
  }, [form]);
}
