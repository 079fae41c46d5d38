import { Dialog } from "radix-ui";
import { type KeyboardEvent, useId, useState } from "react";

import { Keys } from "../design/keys";
import { type Command, useCommands } from "../state/commands";
import { found } from "../state/matching";

/** Goes anywhere and does anything: type, choose with the arrows, press Enter. */
export function CommandPalette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog.Root
      open={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-ground/70" />
        <Dialog.Content
          aria-describedby={undefined}
          className="rise fixed inset-x-2 top-[10vh] z-50 mx-auto flex max-h-[70vh] max-w-xl flex-col overflow-hidden rounded-card border border-line bg-surface shadow-float"
        >
          <Dialog.Title className="sr-only">Search or do</Dialog.Title>
          <Finder onDone={onClose} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Finder({ onDone }: { onDone: () => void }) {
  const commands = useCommands((state) => state.commands);
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(0);
  const id = useId();
  const shown = found(commands, typed);
  const current = Math.min(chosen, shown.length - 1);
  const run = (command: Command | undefined) => {
    if (!command) return;
    onDone();
    command.run();
  };
  const steer = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const next = (current + step + shown.length) % Math.max(1, shown.length);
      setChosen(next);
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: "nearest" });
    }
    if (event.key === "Enter") run(shown[current]);
  };
  return (
    <>
      <input
        autoFocus
        role="combobox"
        aria-label="Search or do"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={shown.length ? `${id}-${current}` : undefined}
        placeholder="Go to, trade, switch …"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setChosen(0);
        }}
        onKeyDown={steer}
        className="h-12 shrink-0 border-b border-line bg-transparent px-4 text-lg outline-none placeholder:text-muted"
      />
      <ul id={id} role="listbox" aria-label="Found" className="min-h-0 overflow-y-auto p-1.5">
        {shown.map((command, index) => (
          <li
            key={command.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === current}
            onPointerMove={() => {
              setChosen(index);
            }}
            onClick={() => {
              run(command);
            }}
            className="flex h-10 cursor-pointer items-center gap-3 rounded-control px-3 aria-selected:bg-raised"
          >
            <span className="flex-1 truncate">{command.title}</span>
            <span className="text-xs text-muted">{command.group}</span>
            {command.keys && <Keys keys={command.keys} />}
          </li>
        ))}
      </ul>
      {!shown.length && <p className="px-4 pb-6 text-center text-muted">Nothing is called so.</p>}
    </>
  );
}
