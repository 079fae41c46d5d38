import { type SubmitEvent, useId, useState } from "react";

import { useAccounts } from "../../api/accounts";
import { answered, api } from "../../api/client";
import type { components } from "../../api/generated/schema";
import { useMe } from "../../api/me";
import { Button, Field, Problem } from "../../design/controls";
import { Dialog } from "../../design/dialog";
import { textsOf } from "../../design/forms";
import { venueName } from "../../design/venue-names";
import { CopyField } from "./copy";
import { type Option, Options } from "./options";
import { useParties } from "./queries";
import { saidOf, saidOfAll } from "./refusals";
import { usePosted } from "./use-posted";
import { endOf, lifetimes, type Scope, scopes } from "./words";
import { Picked } from "./picked";

type Request = components["schemas"]["KeyRequest"];

const fields = [
  "name",
  "scopes",
  "expires_at",
  "accounts",
  "parties",
  "requests_per_minute",
  "orders_per_minute",
];

/** Makes a key, then shows it: that once. */
export function NewKey({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<{ name: string; apiKey: string } | null>(null);
  return made ? (
    <Secret {...made} onClose={onClose} />
  ) : (
    <Form
      onMade={(name, apiKey) => {
        setMade({ name, apiKey });
      }}
      onClose={onClose}
    />
  );
}

/** What the form asks for, as the wire wants it; what was left open is left out. */
export function requestOf(
  text: (name: string) => string,
  all: (name: string) => string[],
  now: number,
): Request {
  const [accounts, parties] = [all("accounts"), all("parties")];
  const [requests, orders] = [text("requests_per_minute"), text("orders_per_minute")];
  const end = endOf(text("lifetime"), now);
  return {
    name: text("name"),
    scopes: all("scopes") as Scope[],
    ...(end && { expires_at: end }),
    ...(accounts.length && { accounts }),
    ...(parties.length && { parties }),
    ...(requests && { requests_per_minute: Number(requests) }),
    ...(orders && { orders_per_minute: Number(orders) }),
  };
}

function Form({ onMade, onClose }: { onMade: (name: string, apiKey: string) => void; onClose: () => void }) {
  const form = useId();
  const me = useMe().data;
  // Sent again it is the same key, which ends at the same time.
  const [openedAt] = useState(Date.now);
  const make = usePosted(
    (body: Request, header) => answered(api.POST("/v1/auth/keys", { body, params: { header } })),
    { changes: ["keys"] },
  );
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    const given = new FormData(event.currentTarget);
    const body = requestOf(textsOf(event), (name) => given.getAll(name) as string[], openedAt);
    make.mutate(body, {
      onSuccess: ({ api_key }) => {
        onMade(body.name, api_key);
      },
    });
  };
  const rest = saidOfAll(make.error, fields);
  return (
    <Dialog
      title="New API key"
      note="It can do no more than you can, and stops when you leave."
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button tone="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={form} disabled={make.isPending}>
            Make the key
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="space-y-4">
        <Field
          label="Name: what it is for"
          name="name"
          placeholder="rebalancing on the server at home"
          maxLength={200}
          required
          autoFocus
          autoComplete="off"
          problem={saidOf(make.error, "name")}
        />
        <Options
          label="What it may do"
          name="scopes"
          type="checkbox"
          options={scopeOptions(me?.scopes ?? [])}
          chosen={["read"]}
          problem={saidOf(make.error, "scopes")}
        />
        <Picked label="Ends" name="lifetime" options={lifetimes} value="90" />
        <Reach error={make.error} />
        <Rates error={make.error} mayGive={me?.scopes.includes("admin") ?? false} />
        {rest && <Problem>{rest}</Problem>}
      </form>
    </Dialog>
  );
}

function scopeOptions(own: readonly Scope[]): Option[] {
  return (Object.keys(scopes) as Scope[]).map((scope) => ({
    value: scope,
    title: scopes[scope].title,
    note: own.includes(scope) ? scopes[scope].note : `${scopes[scope].note} Not yours to give.`,
    isOff: !own.includes(scope),
  }));
}

function Reach({ error }: { error: Error | null }) {
  const accounts = useAccounts().data ?? [];
  const parties = useParties().data ?? [];
  return (
    <>
      {accounts.length > 0 && (
        <Options
          label="Only these accounts"
          note="All that you see, also those to come, when none is marked."
          name="accounts"
          type="checkbox"
          options={accounts.map((each) => ({
            value: each.account_id,
            title: each.name,
            note: `${venueName(each.venue)} · ${each.base_asset}`,
          }))}
          chosen={[]}
          problem={saidOf(error, "accounts")}
        />
      )}
      {parties.length > 1 && (
        <Options
          label="Only these parties"
          note="All that you see when none is marked."
          name="parties"
          type="checkbox"
          options={parties.map((each) => ({ value: each.id, title: each.name ?? each.kind }))}
          chosen={[]}
          problem={saidOf(error, "parties")}
        />
      )}
    </>
  );
}

function Rates({ error, mayGive }: { error: Error | null; mayGive: boolean }) {
  const me = useMe().data;
  if (!mayGive)
    return (
      <p className="text-sm text-muted">
        Its rates are yours: {me?.requests_per_minute} requests and {me?.orders_per_minute} orders per minute.
        An admin can make a key with others.
      </p>
    );
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {(
        [
          ["requests_per_minute", "Requests per minute", me?.requests_per_minute],
          ["orders_per_minute", "Orders per minute", me?.orders_per_minute],
        ] as const
      ).map(([name, label, usual]) => (
        <Field
          key={name}
          label={label}
          name={name}
          type="number"
          min={1}
          max={10_000_000}
          placeholder={usual === undefined ? "" : `${usual}, as you`}
          problem={saidOf(error, name)}
        />
      ))}
    </div>
  );
}

function Secret({ name, apiKey, onClose }: { name: string; apiKey: string; onClose: () => void }) {
  const [isCopied, setCopied] = useState(false);
  const [isWarned, setWarned] = useState(false);
  const leave = () => {
    if (isCopied || isWarned) onClose();
    else setWarned(true);
  };
  return (
    <Dialog
      title={`Key ${name}`}
      note="This is the only time that it is shown: the server keeps no more than a hash of it."
      isOpen
      onClose={leave}
      footer={
        <Button onClick={leave}>{isWarned && !isCopied ? "Close without a copy" : "I have kept it"}</Button>
      }
    >
      <div className="space-y-4">
        <CopyField
          label="Key"
          value={apiKey}
          onCopied={() => {
            setCopied(true);
          }}
        />
        <CopyField
          label="To try it"
          value={`curl -H 'Authorization: Bearer ${apiKey}' ${location.origin}/v1/auth/me`}
          onCopied={() => {
            setCopied(true);
          }}
        />
        <p className="text-sm text-muted">
          Keep it where passwords are kept. Whoever has it can do what it may do, until it ends or you revoke
          it.
        </p>
        {isWarned && !isCopied && (
          <Problem title="It was not copied yet">
            Closed, it cannot be seen again: copy it first, or make another one later.
          </Problem>
        )}
      </div>
    </Dialog>
  );
}
