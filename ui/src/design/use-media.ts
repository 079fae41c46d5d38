import { useCallback, useSyncExternalStore } from "react";

/** Room for a table's first columns, for one thing at a time, for all of the desk, and for more of it side by side. */
export const narrow = "(width < 40rem)";
export const phone = "(max-width: 47.99rem)";
export const desk = "(min-width: 80rem)";
export const wideDesk = "(min-width: 120rem)";
/** Made for thumbs, as the variant `touch` of the styles is. */
export const touch = "(pointer: coarse), (width < 40rem)";

/** Whether a media query holds now. */
export function useMedia(query: string): boolean {
  const follow = useCallback(
    (onChange: () => void) => {
      const list = matchMedia(query);
      list.addEventListener("change", onChange);
      return () => {
        list.removeEventListener("change", onChange);
      };
    },
    [query],
  );
  return useSyncExternalStore(follow, () => matchMedia(query).matches);
}
