import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";

import { menuLook, MenuLabel } from "./menu";

/** A menu at a place of its positioned parent, in px; `title` says what it is about. */
export function MenuAt({
  at,
  title,
  onClose,
  onClosed,
  children,
}: {
  at: { x: number; y: number } | null;
  title: ReactNode;
  onClose: () => void;
  /** It is gone, and the focus has to go somewhere. */
  onClosed: () => void;
  children: ReactNode;
}) {
  return (
    <Radix.Root
      open={at !== null}
      modal={false}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Radix.Trigger asChild>
        <span
          aria-hidden
          className="pointer-events-none absolute size-px"
          style={{ left: at?.x, top: at?.y }}
        />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align="start"
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            onClosed();
          }}
          className={menuLook}
        >
          <MenuLabel>{title}</MenuLabel>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
