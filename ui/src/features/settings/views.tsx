import { type UseQueryResult, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { answered, api } from "../../api/client";
import { Button } from "../../design/controls";
import { figure } from "../../design/figures";
import { Panel } from "../../design/panel";
import { Confirm } from "./confirm";
import { Loaded } from "./loaded";
import { NeedsScope } from "./needs-scope";
import type { SystemReport, View } from "./queries";
import { percentOf } from "./words";

/** The views of the journal: how far each has come, and building one anew. */
export function Views({ system }: { system: UseQueryResult<SystemReport> }) {
  const queries = useQueryClient();
  const [rebuilt, setRebuilt] = useState<View | null>(null);
  return (
    <Panel title="Views">
      <Loaded query={system} rows={8}>
        {({ projections, journal_position }) =>
          projections ? (
            <ul className="divide-y divide-line">
              {projections.map((view) => (
                <Line
                  key={view.name}
                  view={view}
                  head={journal_position}
                  onRebuild={() => {
                    setRebuilt(view);
                  }}
                />
              ))}
            </ul>
          ) : (
            <NeedsScope scope="admin" what="Views" />
          )
        }
      </Loaded>
      {rebuilt && (
        <Confirm
          title={`Rebuild ${rebuilt.name}?`}
          button="Rebuild it"
          tone="accent"
          act={async () => {
            const params = { path: { name: rebuilt.name } };
            await answered(api.POST("/v1/system/projections/{name}/rebuild", { params }));
            await queries.invalidateQueries({ queryKey: ["system"] });
          }}
          onClose={() => {
            setRebuilt(null);
          }}
        >
          The view is emptied and the journal replayed into it. Trading goes on; what this view shows is
          incomplete until it has caught up.
        </Confirm>
      )}
    </Panel>
  );
}

const stateWords = { ok: "Up to date", behind: "Behind", parked: "Parked" };

function Line({ view, head, onRebuild }: { view: View; head: string; onRebuild: () => void }) {
  const words = view.is_rebuilding ? "Rebuilding" : stateWords[view.state];
  return (
    <li className="flex items-center gap-4 px-4 py-2.5">
      <div className="min-w-0 flex-1 space-y-1">
        <p className="flex flex-wrap items-baseline gap-x-3">
          <span className="wrap-anywhere">{view.name}</span>
          <span className={`text-sm ${view.state === "ok" ? "text-muted" : "text-attention"}`}>{words}</span>
        </p>
        <p className="text-sm text-muted tabular-nums">
          version {view.version} · at {figure(view.position)}
          {view.lag > 0 && ` · ${figure(String(view.lag))}${view.lag >= 10_000 ? " or more" : ""} to go`}
        </p>
        {view.problem && <p className="text-sm wrap-anywhere text-loss">{view.problem}</p>}
        {view.is_rebuilding && <Progress name={view.name} percent={percentOf(view.position, head)} />}
      </div>
      <Button tone="quiet" disabled={view.is_rebuilding} onClick={onRebuild}>
        Rebuild
        <span className="sr-only"> {view.name}</span>
      </Button>
    </li>
  );
}

function Progress({ name, percent }: { name: string; percent: number }) {
  return (
    <div
      role="progressbar"
      aria-label={`Rebuilding ${name}`}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      className="h-1.5 max-w-80 overflow-hidden rounded-full bg-raised"
    >
      <div className="h-full bg-accent transition-[width]" style={{ width: `${percent}%` }} />
    </div>
  );
}
