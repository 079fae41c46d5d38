import type { ButtonHTMLAttributes, InputHTMLAttributes, ReactNode, SelectHTMLAttributes } from "react";

type Tone = "accent" | "gain" | "loss" | "quiet";

const tones: Record<Tone, string> = {
  accent: "bg-accent text-on-accent",
  gain: "bg-gain text-ground",
  loss: "bg-loss text-ground",
  quiet: "border border-line text-muted hover:text-text",
};

/** A button; `tone` says what pressing it means. */
export function Button({
  tone = "accent",
  className = "",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { tone?: Tone }) {
  return (
    <button
      type="button"
      {...rest}
      className={`rounded-control px-3 py-1.5 font-medium disabled:opacity-50 ${tones[tone]} ${className}`}
    />
  );
}

const box = "w-full rounded-control border border-line bg-ground px-2.5 py-1.5 tabular-nums";

/** A labelled text field. */
export function Field({ label, ...rest }: InputHTMLAttributes<HTMLInputElement> & { label: string }) {
  return (
    <label className="block space-y-1">
      <span className="text-xs text-muted">{label}</span>
      <input {...rest} className={box} />
    </label>
  );
}

/** A labelled choice. */
export function Choice({
  label,
  children,
  ...rest
}: SelectHTMLAttributes<HTMLSelectElement> & { label: string; children: ReactNode }) {
  return (
    <label className="block space-y-1">
      <span className="text-xs text-muted">{label}</span>
      <select {...rest} className={box}>
        {children}
      </select>
    </label>
  );
}

/** A problem, in words, announced to screen readers. */
export function Problem({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="rounded-control border border-loss/40 bg-loss/10 px-3 py-2 text-sm">
      {children}
    </p>
  );
}
