import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { Button, Problem } from "../../design/controls";
import { Skeleton } from "../../design/panel";

/** What an answer shows, and what stands there until it came, or when none came. */
export function Loaded<Data>({
  query,
  rows = 3,
  children,
}: {
  query: UseQueryResult<Data>;
  /** How many lines are expected. */
  rows?: number;
  children: (data: Data) => ReactNode;
}) {
  const again = (
    <Button
      tone="quiet"
      disabled={query.isFetching}
      onClick={() => {
        void query.refetch();
      }}
    >
      Try again
    </Button>
  );
  if (query.data === undefined)
    return query.error ? (
      <div className="space-y-3 p-4">
        <Problem>{query.error.message}</Problem>
        {again}
      </div>
    ) : (
      <Skeleton rows={rows} />
    );
  return (
    <>
      {query.error && (
        <div className="flex flex-wrap items-center justify-between gap-3 border-b border-line px-4 py-2 text-sm text-attention">
          <span>This may have changed since: {query.error.message}</span>
          {again}
        </div>
      )}
      {children(query.data)}
    </>
  );
}
