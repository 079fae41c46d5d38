import type { ReactNode } from "react";

/** A titled surface; `aside` stands at the right of the title. */
export function Panel({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="overflow-hidden rounded-card border border-line bg-surface">
      <header className="flex items-center justify-between gap-3 border-b border-line px-4 py-2.5">
        <h2 className="font-semibold">{title}</h2>
        <div className="text-xs text-muted">{aside}</div>
      </header>
      {children}
    </section>
  );
}

/** What stands where there is nothing yet, with the next step. */
export function Empty({ children }: { children: ReactNode }) {
  return <p className="px-4 py-8 text-center text-muted">{children}</p>;
}
