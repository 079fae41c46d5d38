import { ChevronRight } from "lucide-react";

import type { Json } from "./diff";
import { spoken } from "../../design/words";
import { plain } from "./words";

const openDepthMax = 1;

/** A document as a tree; what lies deeper opens when pressed. */
export function DataTree({ value, depth = 0 }: { value: Json; depth?: number }) {
  if (value === null || typeof value !== "object") return <Leaf value={value} />;
  const entries = Object.entries(value);
  if (!entries.length) return <span className="text-sm text-muted">nothing</span>;
  return (
    <ul className={`text-sm ${depth ? "ml-1.5 border-l border-line pl-3" : ""}`}>
      {entries.map(([name, each]) => (
        <li key={name} className="py-0.5">
          {each !== null && typeof each === "object" && Object.keys(each).length > 0 ? (
            <details open={depth < openDepthMax} className="group">
              <summary className="flex cursor-pointer list-none items-center gap-1 rounded-control text-muted hover:text-text touch:min-h-10">
                <ChevronRight
                  aria-hidden
                  className="size-3.5 transition-transform group-open:rotate-90 motion-reduce:transition-none"
                />
                {spoken(name)}
              </summary>
              <DataTree value={each} depth={depth + 1} />
            </details>
          ) : (
            <div className="flex justify-between gap-4">
              <span className="shrink-0 text-muted">{spoken(name)}</span>
              <Leaf value={each} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function Leaf({ value }: { value: Json }) {
  if (value === null || value === "" || typeof value === "object")
    return <span className="text-muted">–</span>;
  return <span className="min-w-0 text-right break-words tabular-nums">{plain(String(value))}</span>;
}
