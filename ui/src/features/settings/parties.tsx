import { type SubmitEvent, useId, useState } from "react";

import { answered, api } from "../../api/client";
import type { components } from "../../api/generated/schema";
import { useMay } from "../../api/me";
import { Button, Field, Problem } from "../../design/controls";
import { Dialog } from "../../design/dialog";
import { textsOf } from "../../design/forms";
import { Empty, Panel } from "../../design/panel";
import { useTimes } from "../../design/times";
import { Loaded } from "./loaded";
import { Picked } from "./picked";
import { useParties } from "./queries";
import { saidOf, saidOfAll } from "./refusals";
import { usePosted } from "./use-posted";
import { partyKinds } from "./words";

type NewParty = components["schemas"]["NewParty"];

/** Whose accounts are kept here. */
export function Parties() {
  const parties = useParties();
  const mayAdminister = useMay("admin");
  const [isAdding, setAdding] = useState(false);
  const times = useTimes();
  return (
    <Panel
      title="Parties"
      aside={
        mayAdminister && (
          <Button
            size="small"
            onClick={() => {
              setAdding(true);
            }}
          >
            New party
          </Button>
        )
      }
    >
      <Loaded query={parties}>
        {(all) =>
          all.length ? (
            <ul className="divide-y divide-line">
              {all.map((party) => (
                <li key={party.id} className="flex min-h-12 items-center gap-4 px-4 py-2">
                  <span className="min-w-0 flex-1 wrap-anywhere">{party.name ?? "Erased"}</span>
                  <span className="text-sm text-muted">{partyKinds[party.kind]}</span>
                  <span className="w-28 text-right text-sm text-muted max-sm:hidden">
                    {times.date(party.since)}
                  </span>
                </li>
              ))}
            </ul>
          ) : (
            <Empty title="No parties">
              You see the accounts of no party yet; an admin can give you some.
            </Empty>
          )
        }
      </Loaded>
      <p className="border-t border-line px-4 py-2.5 text-sm text-muted">
        An account belongs to a party: to a person, a household, a company or a fund.
        {!mayAdminister && " Adding one needs the scope “admin”."}
      </p>
      {isAdding && (
        <Add
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
    </Panel>
  );
}

function Add({ onClose }: { onClose: () => void }) {
  const form = useId();
  const add = usePosted(
    (body: NewParty, header) => answered(api.POST("/v1/parties", { body, params: { header } })),
    { changes: ["parties"], onDone: onClose },
  );
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    const text = textsOf(event);
    add.mutate({ name: text("name"), kind: text("kind") as NewParty["kind"] });
  };
  const rest = saidOfAll(add.error, ["name"]);
  return (
    <Dialog
      title="New party"
      note="Somebody whose accounts are kept here, and who need not sign in."
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button tone="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={form} disabled={add.isPending}>
            Add
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="space-y-4">
        <Field
          label="Name"
          name="name"
          maxLength={200}
          required
          autoFocus
          autoComplete="off"
          problem={saidOf(add.error, "name")}
        />
        <Picked label="Kind" name="kind" options={partyKinds} value="household" />
        {rest && <Problem>{rest}</Problem>}
      </form>
    </Dialog>
  );
}
