import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { Toast as Radix } from "radix-ui";

import { useMay } from "../api/me";
import { IconButton } from "../design/icon-button";
import { dismiss, type Toast, useToasts } from "../state/toasts";

const marks: Record<Toast["tone"], string> = {
  quiet: "bg-muted",
  gain: "bg-gain",
  attention: "bg-attention",
  loss: "bg-loss",
};
const shownMs = 8_000;

/**
 * What happened, told for a while and to screen readers; it leads to its event. It stands over the middle of the bar:
 * the corners below are where orders are sent and rows are worked in.
 */
export function Toasts() {
  const toasts = useToasts((state) => state.toasts);
  return (
    <Radix.Provider duration={shownMs} swipeDirection="up">
      {toasts.map((toast) => (
        <Told key={toast.id} toast={toast} />
      ))}
      <Radix.Viewport
        data-print="no"
        className="fixed inset-x-0 top-2 z-50 mx-auto flex w-[min(360px,calc(100vw-24px))] flex-col gap-2"
      />
    </Radix.Provider>
  );
}

function Told({ toast: { id, title, detail, tone, path, pathText } }: { toast: Toast }) {
  const mayRead = useMay("audit");
  const leads = path !== undefined && (mayRead || !path.startsWith("/journal"));
  return (
    <Radix.Root
      onOpenChange={(open) => {
        if (!open) dismiss(id);
      }}
      className="rise flex items-start gap-3 rounded-card border border-line bg-surface py-2.5 pr-2 pl-4 shadow-float"
    >
      <span aria-hidden className={`mt-1.5 size-2 shrink-0 rounded-full ${marks[tone]}`} />
      <div className="min-w-0 flex-1">
        <Radix.Title className="font-medium">{title}</Radix.Title>
        {detail && (
          <Radix.Description className="text-sm wrap-anywhere text-muted">{detail}</Radix.Description>
        )}
        {leads && (
          <Radix.Action altText={pathText ?? "Open the journal at this event"} asChild>
            <Link to={path} className="text-sm text-accent hover:underline">
              {pathText ?? "Show the event"}
            </Link>
          </Radix.Action>
        )}
      </div>
      <Radix.Close asChild>
        <IconButton label="Dismiss" icon={<X />} />
      </Radix.Close>
    </Radix.Root>
  );
}
