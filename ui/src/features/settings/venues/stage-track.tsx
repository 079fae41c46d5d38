import { Check, LoaderCircle } from "lucide-react";

import type { ConnectedAccount } from "../../../api/venues";
import { sentence } from "../../../design/words";
import { stages } from "./stages";

/** Where an account stands on its way to trading, and what keeps it. */
export function StageTrack({ standing }: { standing: ConnectedAccount | undefined }) {
  const at = stages.findIndex((each) => each.stage === standing?.stage);
  const isThere = standing?.stage === "trading";
  return (
    <div className="space-y-3">
      <ol aria-label="Where the account stands" className="grid gap-2 sm:grid-cols-3">
        {stages.map(({ stage, title, note }, index) => {
          const isCurrent = index === at;
          const isDone = isThere || index < at;
          return (
            <li
              key={stage}
              aria-current={isCurrent ? "step" : undefined}
              className={`flex gap-2.5 rounded-control border p-3 ${isCurrent ? (isThere ? "border-gain/60 bg-gain/10" : "border-accent bg-raised") : "border-line"}`}
            >
              <span aria-hidden className="mt-0.5 grid size-4 shrink-0 place-items-center">
                {isDone ? (
                  <Check className="size-4 text-gain" />
                ) : isCurrent ? (
                  <LoaderCircle className="size-4 text-accent motion-safe:animate-spin" />
                ) : (
                  <span className="size-1.5 rounded-full bg-line" />
                )}
              </span>
              <div className="min-w-0">
                <p className={isCurrent || isDone ? "font-medium" : "text-muted"}>{title}</p>
                <p className="text-xs text-muted">{note}</p>
              </div>
            </li>
          );
        })}
      </ol>
      {!isThere && standing?.problem && (
        <p className="text-sm text-attention wrap-anywhere" role="status">
          {sentence(standing.problem)} It is tried again by itself.
        </p>
      )}
    </div>
  );
}
