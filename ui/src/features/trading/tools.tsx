import { createContext, type ReactNode, useContext } from "react";
import { createPortal } from "react-dom";

/** Where the tools of the list in sight stand; null until that place is there. */
export const ToolsPlace = createContext<HTMLElement | null>(null);

/** Tools of a list, shown at the place that its surroundings have for them. */
export function Tools({ children }: { children: ReactNode }) {
  const place = useContext(ToolsPlace);
  return place && createPortal(children, place);
}
