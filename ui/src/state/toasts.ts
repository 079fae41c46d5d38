import { create } from "zustand";

import { useMoment } from "./moment";
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

/** Tell it; returns what it can be changed and dismissed by. */
export function tell(toast: Omit<Toast, "id">): number {
  lastId += 1;
  const told = { ...toast, id: lastId };
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts, told].slice(-shownMax) }));
  return told.id;
}

/** Let what is told say something else, in its place and for as long as it is shown; whether it still is. */
export function retell(id: number, toast: Omit<Toast, "id">): boolean {
  const isShown = useToasts.getState().toasts.some((each) => each.id === id);
  if (isShown)
    useToasts.setState(({ toasts }) => ({
      toasts: toasts.map((each) => (each.id === id ? { ...toast, id } : each)),
    }));
  return isShown;
}

/** Whether what happens now, unasked, is to be told: on pages that show the past only what wants somebody is. */
export function isToBeTold({ tone }: Pick<Toast, "tone">): boolean {
  return useMoment.getState().asOf === null || tone === "attention" || tone === "loss";
}

export function dismiss(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((each) => each.id !== id) }));
}
