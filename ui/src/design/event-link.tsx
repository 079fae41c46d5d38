import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { useMay } from "../api/me";

/** Leads to an event of the journal. For somebody who may not read the journal it is plain text. */
export function EventLink({
  position,
  className = "text-accent hover:underline",
  plainClassName,
  onFollow,
  children,
}: {
  position: string;
  className?: string;
  /** What it looks like where it leads nowhere. */
  plainClassName?: string;
  onFollow?: () => void;
  children: ReactNode;
}) {
  const may = useMay("audit");
  if (!may) return <span className={plainClassName}>{children}</span>;
  return (
    <Link to="/journal/$position" params={{ position }} className={className} onClick={onFollow}>
      {children}
    </Link>
  );
}
