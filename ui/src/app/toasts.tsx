import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { useMay } from "../api/me";
import { IconButton } from "../design/icon-button";
import { dismiss, type Toast, useToasts } from "../state/toasts";
import { useToastKeys } from "./toast-keys";

const marks: Record<Toast["tone"], string> = {
  quiet: "bg-muted",
  gain: "bg-gain",
  attention: "bg-attention",
  loss: "bg-loss",
};
const shownMs = 8_000;
const swipePxMin = 30;

/**
 * What happened, told for a while and to screen readers; it leads to its event. It stands over the middle of the bar:
 * the corners below are where orders are sent and rows are worked in.
 *
 * Not Radix's: there each one that comes is the topmost layer and takes Escape from the menu that was opened before.
 */
export function Toasts() {
  const toasts = useToasts((state) => state.toasts);
  const list = useRef<HTMLOListElement>(null);
  const [isHeld, setHeld] = useState(false);
  useToastKeys(list);
  return (
    <section aria-label="Notifications (F8)" data-print="no">
      <ol
        ref={list}
        tabIndex={-1}
        aria-live="polite"
        aria-relevant="additions text"
        onPointerEnter={() => {
          setHeld(true);
        }}
        onPointerLeave={() => {
          setHeld(false);
        }}
        onFocus={() => {
          setHeld(true);
        }}
        onBlur={({ currentTarget, relatedTarget }) => {
          setHeld(currentTarget.contains(relatedTarget));
        }}
        className="pointer-events-none fixed inset-x-0 top-2 z-50 mx-auto flex w-[min(360px,calc(100vw-24px))] flex-col gap-2 outline-none"
      >
        {toasts.map((toast) => (
          <Told
            key={toast.id}
            toast={toast}
            isHeld={isHeld}
            onDismiss={() => {
              // What has the focus is going: it stays near.
              if (list.current?.contains(document.activeElement)) list.current.focus();
              // What goes from under a pointer does not tell that the pointer left.
              setHeld(false);
              dismiss(toast.id);
            }}
          />
        ))}
      </ol>
    </section>
  );
}

function Told({
  toast: { id, title, detail, tone, path, pathText },
  isHeld,
  onDismiss,
}: {
  toast: Toast;
  /** Somebody is at it: it stays, and its time begins anew after that. */
  isHeld: boolean;
  onDismiss: () => void;
}) {
  const mayRead = useMay("audit");
  const leads = path !== undefined && (mayRead || !path.startsWith("/journal"));
  const grabbedAt = useRef<number | null>(null);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(dismiss, shownMs, id);
    return () => {
      clearTimeout(timer);
    };
  }, [id, isHeld]);
  return (
    <li
      onTouchStart={({ touches }) => {
        grabbedAt.current = touches[0]?.clientY ?? null;
      }}
      onTouchEnd={({ changedTouches }) => {
        const up = (grabbedAt.current ?? 0) - (changedTouches[0]?.clientY ?? Infinity);
        if (grabbedAt.current !== null && up > swipePxMin) onDismiss();
      }}
      className="rise pointer-events-auto flex touch-none items-start gap-3 rounded-card border border-line bg-surface py-2.5 pr-2 pl-4 shadow-float"
    >
      <span aria-hidden className={`mt-1.5 size-2 shrink-0 rounded-full ${marks[tone]}`} />
      <div className="min-w-0 flex-1">
        <div className="font-medium">{title}</div>
        {detail && <div className="text-sm wrap-anywhere text-muted">{detail}</div>}
        {leads && (
          <Link to={path} className="text-sm text-accent hover:underline" onClick={onDismiss}>
            {pathText ?? "Show the event"}
          </Link>
        )}
      </div>
      <IconButton label="Dismiss" icon={<X />} onClick={onDismiss} />
    </li>
  );
}
