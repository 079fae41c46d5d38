import { Check, Copy as CopyIcon } from "lucide-react";
import { useId, useRef, useState } from "react";

import { useCopying } from "../../design/clipboard";
import { Button } from "../../design/controls";

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
  const { isCopied, copy } = useCopying(value, false);
  const [isMarked, setMarked] = useState(false);
  const take = async () => {
    const isDone = await copy();
    setMarked(!isDone);
    if (isDone) onCopied?.();
    else field.current?.select();
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
            void take();
          }}
        >
          {isCopied ? <Check aria-hidden className="size-4" /> : <CopyIcon aria-hidden className="size-4" />}
          <span role="status">{isCopied ? "Copied" : "Copy"}</span>
          <span className="sr-only">{label}</span>
        </Button>
      </div>
      {isMarked && <p className="text-xs text-muted">It is marked: press Ctrl C.</p>}
    </div>
  );
}
