import type { ReactNode } from "react";

/** A titled surface; `aside` stands at the right of the title. */
export function Panel({
  title,
  aside,
  className = "",
  children,
}: {
  title: string;
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  return (
    <section
      className={`flex flex-col overflow-hidden rounded-card border border-line bg-surface ${className}`}
    >
      <header className="flex min-h-11 items-center justify-between gap-3 border-b border-line px-4">
        <h2 className="font-semibold">{title}</h2>
        <div className="text-xs text-muted">{aside}</div>
      </header>
      {children}
    </section>
  );
}

/** What stands where there is nothing yet, with the next step. */
export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="m-auto space-y-1 px-4 py-10 text-center">
      <p className="font-medium">{title}</p>
      <p className="text-sm text-muted">{children}</p>
    </div>
  );
}

/** The shape of rows that are on their way. */
export function Skeleton({ rows = 3 }: { rows?: number }) {
  return (
    <div aria-busy="true" className="space-y-3 p-4">
      <span className="sr-only">Loading</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="skeleton h-4 rounded bg-raised" />
      ))}
    </div>
  );
}
