import { create } from "zustand";

import { keepsWork } from "./work";

export interface Toast {
  id: number;
  title: string;
  detail?: string;
  tone: "quiet" | "gain" | "attention" | "loss";
  /** Where the event behind it is shown: a path of this page. */
  path?: string;
  /** What following it is called; left out: to show the event. */
  pathText?: string;
}

const shownMax = 4;
let lastId = 0;

/** What is told at the edge of the page, the newest last. */
export const useToasts = create<{ toasts: Toast[] }>(() => ({ toasts: [] }));

keepsWork(() => {
  useToasts.setState({ toasts: [] });
});

export function tell(toast: Omit<Toast, "id">): void {
  lastId += 1;
  const told = { ...toast, id: lastId };
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts, told].slice(-shownMax) }));
}

export function dismiss(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((each) => each.id !== id) }));
}
