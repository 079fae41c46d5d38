import { useId } from "react";

/**
 * A field for what nobody else may see: masked, offered to no password manager, kept by no browser. Of several lines,
 * because a private key has them.
 */
export function SecretField({
  label,
  name,
  note,
  problem,
  isOptional,
  autoFocus,
}: {
  label: string;
  name: string;
  note?: string | undefined;
  problem?: string | undefined;
  isOptional?: boolean | undefined;
  autoFocus?: boolean;
}) {
  const id = useId();
  const described = [note && `${id}-note`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block text-xs text-muted">
        {label}
      </label>
      <textarea
        id={id}
        name={name}
        rows={1}
        required={!isOptional}
        maxLength={8192}
        autoFocus={autoFocus}
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize="off"
        spellCheck={false}
        data-1p-ignore
        data-bwignore
        data-lpignore="true"
        aria-invalid={problem ? true : undefined}
        aria-describedby={described || undefined}
        className="masked block h-9 w-full resize-none overflow-hidden rounded-control border border-line bg-ground px-2.5 py-2 font-mono leading-4.5 whitespace-pre aria-invalid:border-loss touch:h-11 touch:py-2.5 touch:text-[16px] touch:leading-5.5"
      />
      {note && (
        <p id={`${id}-note`} className="text-xs text-muted">
          {note}
        </p>
      )}
      {problem && (
        <p id={`${id}-problem`} role="alert" className="text-sm text-loss wrap-anywhere">
          {problem}
        </p>
      )}
    </div>
  );
}
