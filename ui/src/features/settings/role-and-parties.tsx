import { useState } from "react";

import { useMe } from "../../api/me";
import { Options } from "./options";
import { useParties } from "./queries";
import { saidOf } from "./refusals";
import { type Role, roles, rolesToGive, seesAllParties } from "./words";

/** What somebody is to be, and whose accounts they are to see besides their own. */
export function RoleAndParties({
  role,
  parties,
  ownParty,
  error,
}: {
  role: Role;
  parties: readonly string[];
  /** Theirs: they see it anyway. */
  ownParty?: string;
  error: Error | null;
}) {
  const me = useMe().data;
  const known = useParties().data?.filter((each) => each.id !== ownParty) ?? [];
  const [chosen, setChosen] = useState<Role>(role);
  const given = me ? rolesToGive(me.role) : [];
  return (
    <div
      className="space-y-4"
      onChange={(event) => {
        const input = event.target;
        if (input instanceof HTMLInputElement && input.name === "role") setChosen(input.value as Role);
      }}
    >
      <Options
        label="Role"
        name="role"
        type="radio"
        options={given.map((each) => ({ value: each, ...roles[each] }))}
        chosen={[role]}
        problem={saidOf(error, "role")}
      />
      {!seesAllParties.has(chosen) && known.length > 0 && (
        <Options
          label="Parties they see besides their own"
          name="parties"
          type="checkbox"
          options={known.map((each) => ({ value: each.id, title: each.name ?? each.kind }))}
          chosen={parties}
          problem={saidOf(error, "parties")}
        />
      )}
    </div>
  );
}
