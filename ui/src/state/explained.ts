import { create } from "zustand";

/** The figure whose explanation is open, as `/v1/explain?of=` names it. */
export const useExplained = create<{ of: string | null }>(() => ({ of: null }));

export function explain(of: string | null): void {
  useExplained.setState({ of });
}
