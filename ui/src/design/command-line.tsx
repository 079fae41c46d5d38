import { Check, Copy } from "lucide-react";
import { useState } from "react";

import { IconButton } from "./icon-button";

const shownMs = 2_000;

/** A command to run on the server's machine, to be copied. */
export function CommandLine({ command }: { command: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(command);
    setCopied(true);
    setTimeout(() => {
      setCopied(false);
    }, shownMs);
  };
  return (
    <div className="flex items-center gap-2 rounded-control border border-line bg-ground py-1 pr-1 pl-3">
      <code className="min-w-0 flex-1 overflow-x-auto font-mono text-sm whitespace-nowrap" tabIndex={0}>
        {command}
      </code>
      <IconButton
        label={isCopied ? "Copied" : "Copy the command"}
        icon={isCopied ? <Check /> : <Copy />}
        onClick={() => {
          void copy();
        }}
      />
    </div>
  );
}
