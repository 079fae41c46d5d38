import type { ReactNode } from "react";

import { Button, Problem } from "../../design/controls";
import { Skeleton } from "../../design/panel";

/** Rows, or their skeleton, or why there are none, with a way to ask again. */
export function Rows<Row>({
  rows,
  error,
  retry,
  children,
}: {
  rows: Row[] | undefined;
  error: Error | null;
  retry: () => unknown;
  children: (rows: Row[]) => ReactNode;
}) {
  if (error)
    return (
      <div className="space-y-2 p-4">
        <Problem title="This list could not be read">{error.message}</Problem>
        <Button
          tone="quiet"
          onClick={() => {
            retry();
          }}
        >
          Try again
        </Button>
      </div>
    );
  return rows ? children(rows) : <Skeleton rows={4} />;
}
