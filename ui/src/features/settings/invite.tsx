import { type SubmitEvent, useId, useState } from "react";

import { answered, api } from "../../api/client";
import type { components } from "../../api/generated/schema";
import { Button, Field, Problem } from "../../design/controls";
import { Dialog } from "../../design/dialog";
import { textsOf } from "../../design/forms";
import { LinkToHandOver } from "./link-to-hand-over";
import type { Member, OneTimeLink } from "./queries";
import { saidOf, saidOfAll } from "./refusals";
import { RoleAndParties } from "./role-and-parties";
import { usePosted } from "./use-posted";
import type { Role } from "./words";

type Invitation = components["schemas"]["Invitation"];

/** Asks somebody in; the answer is a link to hand over. `again`: somebody whose link was lost or ran out. */
export function Invite({ again, onClose }: { again?: Member; onClose: () => void }) {
  const [link, setLink] = useState<{ to: string; link: OneTimeLink } | null>(null);
  if (link) return <LinkToHandOver {...link} onClose={onClose} />;
  return (
    <Form
      again={again}
      onInvited={(to, made) => {
        setLink({ to, link: made });
      }}
      onClose={onClose}
    />
  );
}

function Form({
  again,
  onInvited,
  onClose,
}: {
  again: Member | undefined;
  onInvited: (to: string, link: OneTimeLink) => void;
  onClose: () => void;
}) {
  const form = useId();
  const invite = usePosted(
    (body: Invitation, header) => answered(api.POST("/v1/members", { body, params: { header } })),
    { changes: ["members"] },
  );
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    const parties = new FormData(event.currentTarget).getAll("parties") as string[];
    const text = textsOf(event);
    const body = { email: text("email"), role: text("role") as Role, parties };
    invite.mutate(body, {
      onSuccess: (link) => {
        onInvited(body.email, link);
      },
    });
  };
  // Somebody who is a member already is refused for their address.
  const rest = saidOfAll(invite.error, ["email", "role", "parties"], ["email_taken"]);
  return (
    <Dialog
      title={again ? "Invite again" : "Invite somebody"}
      note={again && "The link before stops working."}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button tone="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={form} disabled={invite.isPending}>
            Make the link
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="space-y-4">
        <Field
          label="Their email address"
          name="email"
          type="email"
          defaultValue={again?.email ?? ""}
          required
          autoFocus
          autoComplete="off"
          problem={saidOf(invite.error, "email", ["email_taken"])}
        />
        <RoleAndParties
          role={again?.role ?? "viewer"}
          parties={again?.parties ?? []}
          {...(again && { ownParty: again.party_id })}
          error={invite.error}
        />
        {rest && <Problem>{rest}</Problem>}
      </form>
    </Dialog>
  );
}
