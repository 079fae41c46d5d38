import { Check, Copy as CopyIcon } from "lucide-react";
import { useState } from "react";

import { IconButton } from "./icon-button";

const shownMs = 1_500;

/** Puts `text` into the clipboard and says that it did. `label` names it: "Copy the hash". */
export function Copy({ text, label, className = "" }: { text: string; label: string; className?: string }) {
  const [isDone, setDone] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => {
      setDone(false);
    }, shownMs);
  };
  return (
    <IconButton
      className={className}
      label={isDone ? "Copied" : label}
      icon={isDone ? <Check /> : <CopyIcon />}
      onClick={() => {
        void copy();
      }}
    />
  );
}
