import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useId } from "react";

import { answered, api } from "../../api/client";
import type { components } from "../../api/generated/schema";
import { Button, Problem } from "../../design/controls";
import { Dialog } from "../../design/dialog";
import { textsOf } from "../../design/forms";
import { tell } from "../../state/toasts";
import type { Member } from "./queries";
import { saidOfAll } from "./refusals";
import { RoleAndParties } from "./role-and-parties";
import { type Role, roles, seesAllParties } from "./words";

type Change = components["schemas"]["MemberChange"];

/** Another role, other parties; it counts from the member's next request on. */
export function MemberTerms({ member, onClose }: { member: Member; onClose: () => void }) {
  const form = useId();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: async (body: Change) =>
      answered(api.PATCH("/v1/members/{user_id}", { params: { path: { user_id: member.id } }, body })),
    onSuccess: ({ name, email, role }) => {
      tell({
        tone: "gain",
        title: `${name ?? email ?? "The member"} is now ${roles[role].title.toLowerCase()}`,
      });
      for (const key of ["members", "me"]) void queries.invalidateQueries({ queryKey: [key] });
      onClose();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    const parties = new FormData(event.currentTarget).getAll("parties") as string[];
    const role = textsOf(event)("role") as Role;
    // Who sees every party keeps those they were given, for the day on which they do not.
    change.mutate(seesAllParties.has(role) ? { role } : { role, parties });
  };
  const rest = saidOfAll(change.error, ["role", "parties"]);
  return (
    <Dialog
      title={`Role of ${member.name ?? member.email ?? "this member"}`}
      note="It counts from their next request on."
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button tone="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={form} disabled={change.isPending}>
            Save
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="space-y-4">
        <RoleAndParties
          role={member.role}
          parties={member.parties}
          ownParty={member.party_id}
          error={change.error}
        />
        {rest && <Problem>{rest}</Problem>}
      </form>
    </Dialog>
  );
}
