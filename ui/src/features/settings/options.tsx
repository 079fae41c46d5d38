import type { ReactNode } from "react";

export interface Option {
  value: string;
  title: ReactNode;
  note?: ReactNode;
  /** Why it cannot be chosen. */
  isOff?: boolean;
}

/** Choices with a line of explanation each: one of them (radio) or any number (checkbox). */
export function Options({
  label,
  note,
  name,
  type,
  options,
  chosen,
  problem,
}: {
  label: string;
  note?: string;
  name: string;
  type: "radio" | "checkbox";
  options: Option[];
  /** At the beginning. */
  chosen: readonly string[];
  problem?: string | undefined;
}) {
  return (
    <fieldset className="space-y-1.5">
      <legend className="text-xs text-muted">{label}</legend>
      {note && <p className="text-xs text-muted">{note}</p>}
      <div className="divide-y divide-line rounded-control border border-line">
        {options.map(({ value, title, note: more, isOff = false }) => (
          <label
            key={value}
            className="flex min-h-10 cursor-pointer items-start gap-3 px-3 py-2 has-checked:bg-raised has-disabled:cursor-default has-disabled:opacity-60"
          >
            <input
              type={type}
              name={name}
              value={value}
              defaultChecked={chosen.includes(value)}
              disabled={isOff}
              className="mt-0.5 size-4 shrink-0 accent-accent"
            />
            <span className="min-w-0">
              <span className="block">{title}</span>
              {more && <span className="block text-xs text-muted">{more}</span>}
            </span>
          </label>
        ))}
      </div>
      {problem && (
        <p role="alert" className="text-xs text-loss">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
