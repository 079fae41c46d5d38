import { type RefObject, useEffect, useState } from "react";

/** Height of an element in px, followed; 0 before it is there. */
export function useHeight(element: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(0);
  useEffect(() => {
    const measured = element.current;
    if (!measured) return;
    const watch = new ResizeObserver(() => {
      setHeight(measured.clientHeight);
    });
    watch.observe(measured);
    return () => {
      watch.disconnect();
    };
  }, [element]);
  return height;
}
