import { useEffect } from "react";
import { create } from "zustand";

/** Something that can be done from the keyboard: by the palette, and by its keys where it has any. */
export interface Command {
  id: string;
  title: string;
  /** Other words that find it: what people call it elsewhere. */
  also?: string;
  group: "Go to" | "Trade" | "Account" | "Instrument" | "Look" | "You" | "Help";
  /** As `KeyboardEvent.key`: a letter, or two of them in a row such as "g t". Never while typing in a field. */
  keys?: string;
  run: () => void;
}

/** What can be done now: what is mounted says what it offers. */
export const useCommands = create<{ commands: Command[] }>(() => ({ commands: [] }));

/** Offer commands as long as the component is there. Pass the same array as long as nothing changed. */
export function useOffer(commands: Command[]): void {
  useEffect(() => {
    const ids = new Set(commands.map((each) => each.id));
    useCommands.setState((before) => ({
      commands: [...before.commands.filter((each) => !ids.has(each.id)), ...commands],
    }));
    return () => {
      const gone = new Set(commands);
      useCommands.setState((before) => ({ commands: before.commands.filter((each) => !gone.has(each)) }));
    };
  }, [commands]);
}
