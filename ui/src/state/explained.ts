import { create } from "zustand";

import { keepsWork } from "./work";

/** An explanation that came with the figure itself, for no later question could be answered the same. */
export interface Told {
  title: string;
  value: string;
  unit: string;
  formula: string;
  inputs: { name: string; value: string | null; unit: string }[];
}

interface Explained {
  /** The figure whose explanation is open, as `/v1/explain?of=` names it. */
  of: string | null;
  /** The explanation that is open, where it came with its figure. */
  told: Told | null;
  /** How the page showed the figure. */
  shown: string;
}

export const useExplained = create<Explained>(() => ({ of: null, told: null, shown: "" }));

keepsWork(() => {
  explain(null);
});

export function explain(of: string | null, shown = ""): void {
  useExplained.setState({ of, told: null, shown });
}

/** Open an explanation that is there already. */
export function explainTold(told: Told, shown: string): void {
  useExplained.setState({ of: null, told, shown });
}
