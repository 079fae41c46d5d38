import { type KeyboardEvent, useRef, useState } from "react";

/** Where the keys lead from row `index` of `count`; null: they lead nowhere. */
export function rowAfter(key: string, index: number, count: number): number | null {
  const last = count - 1;
  const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: last }[key];
  return to === undefined || count === 0 ? null : Math.min(last, Math.max(0, to));
}

/**
 * Rows of which one is reached by Tab and the others from it by the arrows. Each row is a button with `data-row`;
 * `reveal` brings a row into the page that may not be there.
 */
export function useRovingRows<Box extends HTMLElement>(count: number, reveal?: (index: number) => void) {
  const box = useRef<Box>(null);
  const [chosen, setActive] = useState(0);
  const active = Math.max(0, Math.min(chosen, count - 1));
  const focus = (index: number) => {
    box.current?.querySelector<HTMLElement>(`[data-row="${index}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = rowAfter(event.key, active, count);
    if (to === null) return;
    event.preventDefault();
    setActive(to);
    reveal?.(to);
    // A row that has only just been revealed is there with the next frame.
    if (reveal)
      requestAnimationFrame(() => {
        focus(to);
      });
    else focus(to);
  };
  return { box, active, setActive, onKeyDown };
}
