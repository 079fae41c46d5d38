import type { Difference } from "../../../api/differences";
import { useMe } from "../../../api/me";
import { EventLink } from "../../../design/event-link";
import { figure } from "../../../design/figures";
import { Panel } from "../../../design/panel";
import { useTimes } from "../../../design/times";
import { useMembers } from "../queries";
import { courseOf, outcomeOf, sentenceOf, sidesOf, titleOf } from "./difference-words";

/** What was decided and by whom, and what went by itself; the newest first. */
export function ClosedDifferences({ differences }: { differences: Difference[] }) {
  const nameOf = useNames();
  if (!differences.length) return null;
  return (
    <Panel title="What became of others" aside={String(differences.length)}>
      <ul className="divide-y divide-line">
        {differences.map((difference) => (
          <Closed key={difference.difference_id} difference={difference} nameOf={nameOf} />
        ))}
      </ul>
    </Panel>
  );
}

/** Who an actor of the journal is, as far as the person may know. */
function useNames(): (actor: string) => string {
  const me = useMe().data;
  const members = useMembers().data ?? [];
  return (actor) => {
    const [kind, id] = actor.split(":");
    if (kind === "key") return "a program with an API key";
    if (id === me?.user_id) return "you";
    const member = members.find((each) => each.id === id);
    return member?.name ?? member?.email ?? "another member";
  };
}

function Closed({ difference, nameOf }: { difference: Difference; nameOf: (actor: string) => string }) {
  const times = useTimes();
  const { closure } = difference;
  const sides = sidesOf(difference);
  const about = sides
    ? `The venue had ${figure(sides.difference.replace("-", ""))} ${sides.unit} ${sides.difference.startsWith("-") ? "less" : "more"}.`
    : sentenceOf(difference);
  return (
    <li className="grid gap-x-6 gap-y-1 px-4 py-3 sm:grid-cols-[1fr_auto]">
      <div className="min-w-0 space-y-0.5 wrap-anywhere">
        <p>{titleOf(difference)}</p>
        <p className="text-sm text-muted">{about}</p>
        {closure?.by ? (
          <p className="text-sm">
            {outcomeOf(difference)} by {nameOf(closure.by)}
            {closure.reason ? `: “${closure.reason}”` : "."}
          </p>
        ) : (
          <p className="text-sm text-muted">{courseOf(difference)}</p>
        )}
      </div>
      {closure && (
        <p className="text-xs text-muted sm:text-right">
          <EventLink position={closure.position} className="text-accent underline">
            {outcomeOf(difference)}
          </EventLink>
          <br className="max-sm:hidden" /> <time dateTime={closure.at}>{times.full(closure.at)}</time>
        </p>
      )}
    </li>
  );
}
