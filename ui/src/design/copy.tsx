import { Check, Copy as CopyIcon } from "lucide-react";

import { useCopying } from "./clipboard";
import { IconButton } from "./icon-button";

/** Puts `text` into the clipboard and says that it did. `label` names it: "Copy the hash". */
export function Copy({ text, label, className = "" }: { text: string; label: string; className?: string }) {
  const { isCopied, copy } = useCopying(text);
  return (
    <IconButton
      className={className}
      label={isCopied ? "Copied" : label}
      icon={isCopied ? <Check /> : <CopyIcon />}
      onClick={() => {
        void copy();
      }}
    />
  );
}
