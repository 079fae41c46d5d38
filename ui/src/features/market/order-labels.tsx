import { ChevronDown, ChevronUp } from "lucide-react";

import { type OrderLine, ordersOf } from "./order-lines";
import { gutterPx, type ShownLine, type useLabelPlaces } from "./use-label-places";

/** Strokes from labels that were pushed aside to their lines. */
export function Leaders({
  shown,
  leaders,
}: {
  shown: readonly ShownLine[];
  leaders: ReturnType<typeof useLabelPlaces>["leaders"];
}) {
  return (
    <svg aria-hidden className="absolute inset-y-0 right-0 h-full" width={gutterPx}>
      {shown.map(({ line }) => (
        <path
          key={line.id}
          ref={(path) => {
            if (path) leaders.current.set(line.id, path);
            else leaders.current.delete(line.id);
          }}
          fill="none"
          stroke="currentColor"
          className={line.side === "buy" ? "text-gain" : "text-loss"}
        />
      ))}
    </svg>
  );
}

/** At the edge of the chart: how many orders there is no place for. Pressing it brings them into sight. */
export function FarOrders({
  lines,
  where,
  decimals,
  isTag,
  onBring,
}: {
  lines: readonly OrderLine[];
  where: "above" | "below";
  decimals: number;
  /** How many is enough: the rest of the words is for who hovers. */
  isTag: boolean;
  onBring: (ids: readonly string[]) => void;
}) {
  if (!lines.length) return null;
  const list = ordersOf(lines, decimals);
  const count = list.length;
  const words = `${count} ${count === 1 ? "order" : "orders"} ${where}`;
  const Arrow = where === "above" ? ChevronUp : ChevronDown;
  return (
    <button
      type="button"
      aria-label={`${words}: ${list.join("; ")}. Bring into sight`}
      title={[...(isTag ? [words] : []), ...list].join("\n")}
      onClick={() => {
        onBring(lines.map((line) => line.id));
      }}
      style={{ right: gutterPx }}
      className={`pointer-events-auto absolute ${where === "above" ? "top-px" : "bottom-px"} flex h-[22px] cursor-pointer items-center gap-1 rounded-control border border-line bg-raised px-1.5 text-xs whitespace-nowrap text-text hover:border-muted touch:h-10`}
    >
      <Arrow aria-hidden className="size-3 text-muted" />
      {isTag ? count : words}
    </button>
  );
}
