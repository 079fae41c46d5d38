import { Check } from "lucide-react";

const titles = ["Venue", "Make a key", "Paste it", "Trade"];

/** How far one has come: what is done has a tick, what is next a number. */
export function Steps({ current }: { current: number }) {
  return (
    <ol aria-label="Steps" className="flex items-center gap-2 text-sm">
      {titles.map((title, index) => {
        const isDone = index < current;
        const isCurrent = index === current;
        return (
          <li
            key={title}
            aria-current={isCurrent ? "step" : undefined}
            className={`flex items-center gap-2 not-first:flex-1 ${isCurrent ? "font-medium text-text" : "text-muted"}`}
          >
            {index > 0 && (
              <span
                aria-hidden
                className={`h-px min-w-3 flex-1 ${index <= current ? "bg-accent" : "bg-line"}`}
              />
            )}
            <span
              aria-hidden
              className={`grid size-6 shrink-0 place-items-center rounded-full border text-xs tabular-nums ${isCurrent ? "border-accent bg-accent text-on-accent" : isDone ? "border-accent text-accent" : "border-line"}`}
            >
              {isDone ? <Check className="size-3.5" /> : index + 1}
            </span>
            <span className={isCurrent ? "whitespace-nowrap" : "max-sm:sr-only"}>{title}</span>
            {isDone && <span className="sr-only">done</span>}
          </li>
        );
      })}
    </ol>
  );
}
