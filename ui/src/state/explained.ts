import { create } from "zustand";

/** The figure whose explanation is open, as `/v1/explain?of=` names it, and how the page showed it. */
export const useExplained = create<{ of: string | null; shown: string }>(() => ({ of: null, shown: "" }));

export function explain(of: string | null, shown = ""): void {
  useExplained.setState({ of, shown });
}
