import { ChevronDown, X } from "lucide-react";
import { Popover } from "radix-ui";
import { type ReactNode, useState } from "react";

/** A filter: pressed, it opens what it can be set to; set, it says to what and can be cleared. */
export function FilterChip({
  name,
  value,
  onClear,
  children,
}: {
  name: string;
  /** What it is set to, in words; empty while it is not. */
  value: string;
  onClear: () => void;
  children: (close: () => void) => ReactNode;
}) {
  const [isOpen, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
  };
  return (
    <span
      className={`inline-flex h-8 shrink-0 items-center rounded-full border text-sm touch:h-10 ${value ? "border-accent/60 bg-accent/10" : "border-dashed border-line text-muted"}`}
    >
      <Popover.Root open={isOpen} onOpenChange={setOpen}>
        <Popover.Trigger className="flex h-full cursor-pointer items-center gap-1.5 rounded-full px-3 hover:text-text">
          {name}
          {value && <span className="max-w-44 truncate font-medium">{value}</span>}
          {!value && <ChevronDown aria-hidden className="size-3.5" />}
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            align="start"
            sideOffset={6}
            collisionPadding={8}
            aria-label={name}
            className="rise z-50 max-h-[70vh] w-72 overflow-y-auto rounded-card border border-line bg-surface p-3 shadow-float"
          >
            {children(close)}
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      {value && (
        <button
          type="button"
          aria-label={`Clear ${name.toLowerCase()}`}
          onClick={onClear}
          className="grid h-full w-8 cursor-pointer place-items-center rounded-full text-muted hover:text-text touch:w-10"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </span>
  );
}
