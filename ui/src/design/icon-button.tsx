import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";

/** A button that is only an icon; its label is read aloud and shown on hovering. */
export function IconButton({
  label,
  icon,
  className = "",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & {
  label: string;
  icon: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}) {
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      {...rest}
      className={`grid size-8 shrink-0 cursor-pointer place-items-center rounded-control text-muted transition-colors hover:bg-raised hover:text-text disabled:cursor-default disabled:opacity-50 touch:size-10 [&>svg]:size-4 ${className}`}
    >
      {icon}
    </button>
  );
}
