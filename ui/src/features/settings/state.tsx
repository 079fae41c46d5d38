import type { ReactNode } from "react";

const states = {
  ok: { words: "Well", mark: "rounded-full bg-gain" },
  degraded: { words: "Degraded", mark: "rotate-45 bg-attention" },
  failed: { words: "Failed", mark: "bg-loss" },
};

export type HealthState = keyof typeof states;

/** A mark and a word: round, a lozenge or a square, so that it is told without colour. */
export function State({ state, children }: { state: HealthState; children?: ReactNode }) {
  return (
    <span className="flex items-center gap-2 text-sm">
      <span aria-hidden className={`size-2 shrink-0 ${states[state].mark}`} />
      {children ?? states[state].words}
    </span>
  );
}
