import { Check, Copy as CopyIcon } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";

import { Button } from "../../design/controls";

const toldMs = 2_000;

/** Something to take along: shown whole, copied with one press. Where the browser keeps its clipboard closed it is marked, ready to be copied by hand. */
export function CopyField({
  label,
  value,
  onCopied,
}: {
  label: string;
  value: string;
  onCopied?: () => void;
}) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<"copied" | "marked" | null>(null);
  useEffect(() => {
    if (state !== "copied") return;
    const timer = setTimeout(() => {
      setState(null);
    }, toldMs);
    return () => {
      clearTimeout(timer);
    };
  }, [state]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setState("copied");
      onCopied?.();
    } catch {
      field.current?.select();
      setState("marked");
    }
  };
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block text-xs text-muted">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          ref={field}
          id={id}
          readOnly
          value={value}
          onFocus={(event) => {
            event.currentTarget.select();
          }}
          onCopy={onCopied}
          className="h-9 min-w-0 flex-1 rounded-control border border-line bg-ground px-2.5 text-sm tabular-nums touch:h-11"
        />
        <Button
          tone="quiet"
          className="flex shrink-0 items-center gap-1.5"
          onClick={() => {
            void copy();
          }}
        >
          {state === "copied" ? (
            <Check aria-hidden className="size-4" />
          ) : (
            <CopyIcon aria-hidden className="size-4" />
          )}
          <span role="status">{state === "copied" ? "Copied" : "Copy"}</span>
          <span className="sr-only">{label}</span>
        </Button>
      </div>
      {state === "marked" && <p className="text-xs text-muted">It is marked: press Ctrl C.</p>}
    </div>
  );
}
