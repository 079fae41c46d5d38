import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useRef } from "react";

import { IconButton } from "./icon-button";

const places = {
  /** In the middle: a question that has to be answered first. */
  middle:
    "inset-x-4 top-[12vh] mx-auto max-h-[76vh] max-w-lg rounded-card border rise max-sm:inset-x-2 max-sm:top-[6vh] max-sm:max-h-[88vh]",
  /** At the right edge: more about what stands on the page. */
  side: "inset-y-0 right-0 w-full max-w-md border-l rise",
};

/** Something above the page. Escape, a press beside it and the cross close it; focus stays inside until then. */
export function Dialog({
  title,
  note,
  place = "middle",
  isOpen,
  onClose,
  children,
  footer,
}: {
  title: string;
  /** A line below the title. */
  note?: ReactNode;
  place?: keyof typeof places;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  /** Stays in sight while the rest scrolls: what can be decided. */
  footer?: ReactNode;
}) {
  const opener = useRef<Element | null>(null);
  return (
    <Radix.Root
      open={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-ground/70" />
        <Radix.Content
          {...(note ? {} : { "aria-describedby": undefined })}
          onOpenAutoFocus={() => {
            opener.current = document.activeElement;
          }}
          onCloseAutoFocus={(event) => {
            // Whoever pressed something to come here goes on from there.
            event.preventDefault();
            if (opener.current instanceof HTMLElement) opener.current.focus();
          }}
          className={`fixed z-50 flex flex-col border-line bg-surface shadow-float ${places[place]}`}
        >
          <header className="flex items-start justify-between gap-4 border-b border-line py-3 pr-3 pl-5">
            <div className="min-w-0 space-y-0.5 py-1">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {note && (
                <Radix.Description asChild>
                  <div className="text-sm text-muted">{note}</div>
                </Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton label="Close" icon={<X />} />
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {footer && (
            <footer className="flex justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
