import type { ButtonHTMLAttributes, InputHTMLAttributes, ReactNode, SelectHTMLAttributes } from "react";
import { useId } from "react";

type Tone = "accent" | "gain" | "loss" | "quiet";

const tones: Record<Tone, string> = {
  accent: "bg-accent text-on-accent hover:brightness-110",
  gain: "bg-gain text-on-gain hover:brightness-110",
  loss: "bg-loss text-on-loss hover:brightness-110",
  quiet: "border border-line text-muted hover:border-muted hover:text-text",
};
const sizes = {
  small: "h-6 px-2 text-xs touch:h-10 touch:px-3 touch:text-sm",
  normal: "h-9 px-3 touch:h-11",
};

/** A button; `tone` says what pressing it means. */
export function Button({
  tone = "accent",
  size = "normal",
  className = "",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { tone?: Tone; size?: keyof typeof sizes }) {
  return (
    <button
      type="button"
      {...rest}
      className={`cursor-pointer rounded-control font-medium transition-[filter,color,border-color] disabled:cursor-default disabled:opacity-50 ${sizes[size]} ${tones[tone]} ${className}`}
    />
  );
}

const box =
  "h-9 w-full rounded-control border border-line bg-ground px-2.5 touch:h-11 touch:text-[16px] aria-invalid:border-loss";

/** A labelled text field; `unit` stands at its end, `problem` below it. */
export function Field({
  label,
  unit,
  problem,
  className = "",
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { label: string; unit?: string; problem?: string | undefined }) {
  const id = useId();
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block text-xs text-muted">
        {label}
      </label>
      <div className="relative">
        <input
          {...rest}
          id={id}
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem ? `${id}-problem` : undefined}
          className={`${box} ${unit ? "pr-14 text-right tabular-nums" : ""} ${className}`}
        />
        {unit && (
          <span className="pointer-events-none absolute inset-y-0 right-2.5 flex items-center text-xs text-muted">
            {unit}
          </span>
        )}
      </div>
      {problem && (
        <p id={`${id}-problem`} role="alert" className="text-xs text-loss">
          {problem}
        </p>
      )}
    </div>
  );
}

/** A labelled choice. */
export function Choice({
  label,
  children,
  ...rest
}: SelectHTMLAttributes<HTMLSelectElement> & { label: string; children: ReactNode }) {
  return (
    <select
      {...rest}
      aria-label={label}
      className="h-9 max-w-40 rounded-control border border-line bg-surface px-2 touch:h-11"
    >
      {children}
    </select>
  );
}

/** A choice between few, all of them in sight; arrow keys move it. */
export function Segments<Value extends string>({
  label,
  options,
  value,
  onChoose,
}: {
  label: string;
  options: Record<Value, string>;
  value: Value;
  onChoose: (value: Value) => void;
}) {
  const name = useId();
  return (
    <fieldset className="flex rounded-control border border-line bg-ground p-0.5">
      <legend className="sr-only">{label}</legend>
      {(Object.keys(options) as Value[]).map((each) => (
        <label
          key={each}
          className="relative flex h-8 flex-1 items-center justify-center rounded-[4px] text-muted has-checked:bg-raised has-checked:font-medium has-checked:text-text has-focus-visible:outline-2 has-focus-visible:outline-accent touch:h-10"
        >
          <input
            type="radio"
            className="absolute inset-0 cursor-pointer opacity-0"
            name={name}
            checked={each === value}
            onChange={() => {
              onChoose(each);
            }}
          />
          {options[each]}
        </label>
      ))}
    </fieldset>
  );
}

/** A problem, in words, announced to screen readers; `remedy` says what to do about it. */
export function Problem({
  title,
  remedy,
  children,
}: {
  title?: string;
  remedy?: string | undefined;
  children: ReactNode;
}) {
  return (
    <div
      role="alert"
      className="space-y-0.5 rounded-control border border-loss/40 bg-loss/10 px-3 py-2 text-sm wrap-anywhere"
    >
      {title && <p className="font-medium">{title}</p>}
      <p>{children}</p>
      {remedy && <p className="text-muted">{remedy}</p>}
    </div>
  );
}
