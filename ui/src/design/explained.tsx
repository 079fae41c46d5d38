import type { ReactNode } from "react";

import { explain } from "../state/explained";

/** A figure that answers a click: `of` is its name for `/v1/explain`. */
export function Explained({ of, children }: { of: string; children: ReactNode }) {
  return (
    <button
      type="button"
      title="Explain"
      data-figure={of}
      onClick={({ currentTarget }) => {
        explain(of, currentTarget.textContent);
      }}
      className="figure cursor-help decoration-muted decoration-dotted underline-offset-4 hover:underline focus-visible:underline"
    >
      {children}
    </button>
  );
}
