import { type RefObject, useEffect } from "react";

import { dismiss, useToasts } from "../state/toasts";

/** What is open over the page, and has Escape for itself. */
const open = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';

/** Escape dismisses the newest toast where nothing else takes it; F8 leads to them. */
export function useToastKeys(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key === "F8") list.current?.focus();
      // What is open takes it before it comes here, and says so.
      if (event.key !== "Escape" || event.defaultPrevented || document.querySelector(open)) return;
      const newest = useToasts.getState().toasts.at(-1);
      if (newest) dismiss(newest.id);
    };
    window.addEventListener("keydown", press);
    return () => {
      window.removeEventListener("keydown", press);
    };
  }, [list]);
}
