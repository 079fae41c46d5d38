import { create } from "zustand";
import { persist } from "zustand/middleware";

import { type JournalSearch, searchOf, type View } from "./filters";

const viewsMax = 20;
const nameMax = 40;

interface Views {
  views: View[];
  keep: (name: string, search: JournalSearch) => void;
  drop: (name: string) => void;
}

/** Views that a person named on this device. A name stands for one view: keeping another replaces it. */
export const useViews = create<Views>()(
  persist(
    (set) => ({
      views: [],
      keep: (name, search) => {
        const kept = { name: name.trim().slice(0, nameMax), search: searchOf({ ...search }) };
        if (!kept.name) return;
        set(({ views }) => ({
          views: [...views.filter((each) => each.name !== kept.name), kept].slice(-viewsMax),
        }));
      },
      drop: (name) => {
        set(({ views }) => ({ views: views.filter((each) => each.name !== name) }));
      },
    }),
    { name: "tradebook.journal-views", version: 1, partialize: ({ views }) => ({ views }) },
  ),
);
