import { useId } from "react";

/** A labelled choice of one, for forms: it goes by `name`. */
export function Picked({
  label,
  name,
  options,
  value,
  note,
}: {
  label: string;
  name: string;
  options: Record<string, string>;
  /** At the beginning. */
  value: string;
  note?: string;
}) {
  const id = useId();
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block text-xs text-muted">
        {label}
      </label>
      <select
        id={id}
        name={name}
        defaultValue={value}
        className="h-9 w-full rounded-control border border-line bg-ground px-2 touch:h-11 touch:text-[16px]"
      >
        {Object.entries(options).map(([each, title]) => (
          <option key={each} value={each}>
            {title}
          </option>
        ))}
      </select>
      {note && <p className="text-xs text-muted">{note}</p>}
    </div>
  );
}
