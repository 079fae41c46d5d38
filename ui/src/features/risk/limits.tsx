import { useQuery } from "@tanstack/react-query";

import { answered, api } from "../../api/client";
import { Problem } from "../../design/controls";
import { Panel, Skeleton } from "../../design/panel";

/** The limits in force. */
export function Limits({ accountId }: { accountId: string }) {
  const { data: limits, error } = useQuery({
    queryKey: ["limits", accountId],
    queryFn: () =>
      answered(api.GET("/v1/accounts/{account_id}/risk", { params: { path: { account_id: accountId } } })),
  });
  return (
    <Panel title="Limits">
      {error && <Problem>{error.message}</Problem>}
      {!limits && !error && <Skeleton rows={6} />}
      {limits && (
        <dl className="grid grid-cols-[1fr_auto] gap-y-2 p-4">
          {Object.entries(limits).map(([name, limit]) => (
            <div key={name} className="contents">
              <dt className="text-muted">{name.replaceAll("_", " ")}</dt>
              <dd className="text-right tabular-nums">
                {Array.isArray(limit) ? limit.join(", ") || "all" : (limit ?? "off")}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Panel>
  );
}
