import { figure } from "../../design/figures";
import { Options } from "./options";
import { Picked } from "./picked";
import type { Party } from "./queries";

/** Whose a new account is; nothing to choose where there is only oneself. */
export function WhoseItIs({ parties }: { parties: Party[] }) {
  if (parties.length <= 1) return null;
  return (
    <Picked
      label="Whose it is"
      name="party_id"
      value=""
      options={{
        "": "Your own",
        ...Object.fromEntries(parties.map((each) => [each.id, each.name ?? each.kind])),
      }}
    />
  );
}

/** The limits that a new account begins with. */
export function FirstLimits({ chosen }: { chosen: "careful" | "default" }) {
  return (
    <Options
      label="Risk limits to begin with"
      note="They are checked before any order leaves, and can be changed at any time."
      name="preset"
      type="radio"
      chosen={[chosen]}
      options={[
        {
          value: "careful",
          title: "Careful",
          note: `Orders and positions up to ${figure("1000")}, prices within 1 %.`,
        },
        {
          value: "default",
          title: "Default",
          note: `Positions up to ${figure("50000")}; stops after losing 5 % in a day.`,
        },
      ]}
    />
  );
}
