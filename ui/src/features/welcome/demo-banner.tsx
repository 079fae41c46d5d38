import { FlaskConical } from "lucide-react";
import { useState } from "react";

import { useFirstRun } from "../../api/first-run";
import { CommandLine } from "../../design/command-line";
import { Dialog } from "../../design/dialog";
import { realBookCommand } from "./real-book";

/** On every page of a demo book: that it is one, and the way out of it. */
export function DemoBanner() {
  const { data: book } = useFirstRun();
  const [isAsking, setAsking] = useState(false);
  if (!book?.is_demo) return null;
  return (
    <aside
      aria-label="Demo book"
      className="flex items-center gap-2.5 border-b border-line bg-raised px-4 py-1.5 text-sm"
    >
      <FlaskConical aria-hidden className="size-4 shrink-0 text-attention" />
      <p className="min-w-0 flex-1 text-muted">
        <span className="font-medium text-text">Demo book.</span>{" "}
        <span className="max-sm:sr-only">Made-up prices, no real money; try everything.</span>
      </p>
      <button
        type="button"
        className="shrink-0 cursor-pointer text-accent hover:underline touch:min-h-10"
        onClick={() => {
          setAsking(true);
        }}
      >
        Begin a real book
      </button>
      <Dialog
        title="Begin a real book"
        note="It has a data directory of its own; this demo stays as it is."
        isOpen={isAsking}
        onClose={() => {
          setAsking(false);
        }}
      >
        <RealBook />
      </Dialog>
    </aside>
  );
}

/** How to begin a book that is not a demo. */
export function RealBook() {
  return (
    <div className="space-y-3">
      <p>On the machine that this server runs on:</p>
      <CommandLine command={realBookCommand(location.port)} />
      <p className="text-sm text-muted">
        It prints a link that works once and makes you its owner. For prices of real exchanges, without any
        key, write <code className="font-mono">--market live</code> instead; accounts you have there can then
        be connected too.
      </p>
    </div>
  );
}
