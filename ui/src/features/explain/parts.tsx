import { CircleAlert, CircleCheck } from "lucide-react";
import type { ReactNode } from "react";

import { EventLink as Event } from "../../design/event-link";
import { explain } from "../../state/explained";

/** A titled part of an explanation. */
export function Part({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <header className="mb-1 flex items-center justify-between gap-2">
        <h3 className="text-sm font-semibold">{title}</h3>
        {aside}
      </header>
      {children}
    </section>
  );
}

/** What was computed anew here, and whether it came out the same. */
export function Check({ isGood, children }: { isGood: boolean; children: ReactNode }) {
  const Icon = isGood ? CircleCheck : CircleAlert;
  return (
    <p className="flex items-start gap-2 text-sm">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${isGood ? "text-gain" : "text-attention"}`} />
      <span>{children}</span>
    </p>
  );
}

export const linked = "text-accent underline underline-offset-4";

/** Leads to the event; the panel makes way. */
export function EventLink({ position, children }: { position: string; children: ReactNode }) {
  return (
    <Event
      position={position}
      className={linked}
      onFollow={() => {
        explain(null);
      }}
    >
      {children}
    </Event>
  );
}
