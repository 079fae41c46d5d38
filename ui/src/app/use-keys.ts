import { useEffect } from "react";

import { useCommands } from "../state/commands";

const pairMsMax = 1_000;

/** Inputs that are chosen from or pressed: letters mean nothing to them. */
const notTyped = new Set([
  "radio",
  "checkbox",
  "range",
  "button",
  "submit",
  "reset",
  "file",
  "color",
  "image",
]);

/** Whether what has the focus takes letters as text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const field = target.closest("input, textarea, select, [contenteditable]");
  return field !== null && !(field instanceof HTMLInputElement && notTyped.has(field.type));
}

/** Run commands by their keys: a letter, or two in a row. Ctrl+K or ⌘K searches. A field that is typed in has them all. */
export function useKeys(onSearch: () => void): void {
  useEffect(() => {
    let before = { key: "", at: 0 };
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        onSearch();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const { commands } = useCommands.getState();
      const pair = event.timeStamp - before.at < pairMsMax ? `${before.key} ${event.key}` : "";
      const wanted =
        commands.find((each) => each.keys === pair) ?? commands.find((each) => each.keys === event.key);
      before = { key: event.key, at: event.timeStamp };
      // An open dialog or menu has the keyboard for itself.
      if (!wanted || document.querySelector('[role="dialog"], [role="menu"]')) return;
      event.preventDefault();
      wanted.run();
    };
    window.addEventListener("keydown", press);
    return () => {
      window.removeEventListener("keydown", press);
    };
  }, [onSearch]);
}
