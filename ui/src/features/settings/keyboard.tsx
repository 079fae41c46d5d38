import { Keys } from "../../design/keys";
import { Panel } from "../../design/panel";
import { type Command, useCommands } from "../../state/commands";

/** Keys that the frame has for itself, or that only one page knows. */
const elsewhere: { title: string; keys: string }[] = [
  { title: "Search or do", keys: "Ctrl K" },
  { title: "Close what is open", keys: "Esc" },
];

/** Every key that does something, by what it is about. */
export function Keyboard() {
  const commands = useCommands((state) => state.commands);
  const withKeys = commands.filter((each) => each.keys);
  const groups = [...new Set(withKeys.map((each) => each.group))];
  return (
    <>
      <Panel title="Everywhere">
        <List commands={elsewhere} />
      </Panel>
      {groups.map((group) => (
        <Panel key={group} title={group}>
          <List commands={withKeys.filter((each) => each.group === group)} />
        </Panel>
      ))}
      <p className="px-1 text-sm text-muted">
        Keys work wherever you are not typing; two in a row are pressed one after the other. A page adds its
        own: press ? there to list them.
      </p>
    </>
  );
}

function List({ commands }: { commands: Pick<Command, "title" | "keys">[] }) {
  return (
    <dl className="divide-y divide-line">
      {commands.map(({ title, keys }) => (
        <div key={title} className="flex min-h-10 items-center justify-between gap-4 px-4 py-1.5">
          <dt>{title}</dt>
          <dd>{keys && <Keys keys={keys} />}</dd>
        </div>
      ))}
    </dl>
  );
}
