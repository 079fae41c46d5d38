import { type KeyboardEvent, type PointerEvent, useRef } from "react";

import { type Part, resize, sizes, useLayout } from "./layout";

const stepPx = 16;

/** The edge of a part of the desk: dragged, or moved with the arrow keys; a double click brings back its usual size. */
export function Resizer({
  part,
  label,
  grows,
}: {
  part: Part;
  label: string;
  /** In which direction the part grows. */
  grows: "right" | "left" | "up";
}) {
  const px = useLayout((layout) => layout.px[part]) ?? sizes[part].usual;
  const start = useRef<{ at: number; px: number } | null>(null);
  const isUpright = grows !== "up";
  const at = (event: PointerEvent) => (isUpright ? event.clientX : event.clientY);
  const sign = grows === "right" ? 1 : -1;
  const press = (event: KeyboardEvent) => {
    const keys = isUpright ? { ArrowRight: 1, ArrowLeft: -1 } : { ArrowDown: 1, ArrowUp: -1 };
    const steps = Object.entries(keys).find(([key]) => key === event.key)?.[1];
    if (!steps) return;
    event.preventDefault();
    resize(part, px + steps * sign * stepPx);
  };
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={isUpright ? "vertical" : "horizontal"}
      aria-valuenow={px}
      aria-valuemin={sizes[part].min}
      aria-valuemax={sizes[part].max}
      onKeyDown={press}
      onDoubleClick={() => {
        resize(part, sizes[part].usual);
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { at: at(event), px };
      }}
      onPointerMove={(event) => {
        if (start.current) resize(part, start.current.px + (at(event) - start.current.at) * sign);
      }}
      onPointerUp={() => {
        start.current = null;
      }}
      className={`group grid touch-none place-items-center ${isUpright ? "cursor-col-resize" : "cursor-row-resize"}`}
      data-print="no"
    >
      <span
        aria-hidden
        className={`rounded-full bg-line opacity-0 transition-opacity group-hover:opacity-100 group-focus-visible:bg-accent group-focus-visible:opacity-100 ${isUpright ? "h-10 w-0.5" : "h-0.5 w-10"}`}
      />
    </div>
  );
}
