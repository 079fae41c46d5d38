import type { ReactNode } from "react";

import { explain, explainTold, type Told } from "../state/explained";

/**
 * A figure that answers a click: `of` is its name for `/v1/explain`, `told` an explanation that came with it.
 * Without either it is plain text.
 */
export function Explained({
  of,
  told,
  children,
}: {
  of?: string;
  told?: Told | undefined;
  children: ReactNode;
}) {
  if (!of && !told) return children;
  return (
    <button
      type="button"
      title="Explain"
      data-figure={of}
      onClick={({ currentTarget: { textContent } }) => {
        if (told) explainTold(told, textContent);
        else if (of) explain(of, textContent);
      }}
      className="figure cursor-help decoration-muted decoration-dotted underline-offset-4 hover:underline focus-visible:underline"
    >
      {children}
    </button>
  );
}
