import type { ReactNode } from "react";

import { useNow } from "../../design/clock";
import { figure } from "../../design/figures";
import { Panel } from "../../design/panel";
import { duration, useTimes } from "../../design/times";
import { CopyField } from "./copy";
import { Loaded } from "./loaded";
import { Fact } from "./profile";
import { type SystemReport, useCheckpointKey, useSystem } from "./queries";
import { type HealthState, State } from "./state";
import { Views } from "./views";
import { partWords } from "./words";

const markets: Record<SystemReport["market"], string> = {
  none: "None: there are no prices",
  simulated: "Simulated",
  replay: "Replayed from a tape",
  live: "Live",
};

/** The server: what it is, how its parts are, and what checks it. */
export function System() {
  const system = useSystem();
  return (
    <>
      <Panel title="Server" aside={system.data && <State state={system.data.state} />}>
        <Loaded query={system} rows={6}>
          {(report) => <Facts report={report} />}
        </Loaded>
      </Panel>
      <Panel title="Parts">
        <Loaded query={system} rows={4}>
          {({ parts }) => (
            <ul className="divide-y divide-line">
              {parts.map(({ name, state, detail }) => (
                <Part key={name} {...partWords(name, state)} state={state} detail={detail} />
              ))}
            </ul>
          )}
        </Loaded>
      </Panel>
      <Views system={system} />
      <Checkpoints />
      <Links />
    </>
  );
}

function Facts({ report }: { report: SystemReport }) {
  const times = useTimes();
  const now = useNow();
  return (
    <dl className="divide-y divide-line tabular-nums">
      <Fact name="Tradebook">{report.version}</Fact>
      {report.versions && (
        <Fact name="Runs on">
          Python {report.versions.python}, PostgreSQL {report.versions.postgres ?? "away"}, Redis{" "}
          {report.versions.redis ?? "away"}
        </Fact>
      )}
      <Fact name="Started">
        {times.date(report.started_at)}, {times.time(report.started_at)}
        <span className="text-muted"> · {duration(now - Date.parse(report.started_at))} ago</span>
      </Fact>
      <Fact name="Market">{markets[report.market]}</Fact>
      <Fact name="Journal">{figure(report.journal_position)} events</Fact>
      {report.is_demo && <Fact name="Book">A demo, with data of its own</Fact>}
    </dl>
  );
}

function Part({
  title,
  state,
  detail,
  remedy,
}: {
  title: string;
  state: HealthState;
  detail: string;
  remedy: string | null;
}) {
  return (
    <li className="grid items-baseline gap-x-6 gap-y-0.5 px-4 py-2.5 sm:grid-cols-[180px_1fr_auto]">
      <span className="flex items-baseline justify-between gap-4">
        {title}
        <span className="sm:hidden">
          <State state={state} />
        </span>
      </span>
      <span className="min-w-0 text-sm text-muted tabular-nums wrap-anywhere">
        {detail}
        {remedy && <span className="block text-text">{remedy}</span>}
      </span>
      <span className="max-sm:hidden">
        <State state={state} />
      </span>
    </li>
  );
}

function Checkpoints() {
  const key = useCheckpointKey();
  return (
    <Panel title="Checkpoint key" aside={key.data?.algorithm}>
      <Loaded query={key}>
        {({ key_id, public_key }) => (
          <div className="space-y-4 p-4">
            <p className="text-sm text-muted">
              It checks the signatures of the journal’s checkpoints. Keep a copy where nobody who runs this
              server can change it: then it proves that nothing was changed behind your back.
            </p>
            <CopyField label="Key id" value={key_id} />
            <CopyField label="Public key" value={public_key} />
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

const links: { path: string; title: string; note: string }[] = [
  { path: "/docs", title: "Reference of the API", note: "every route, to be tried here" },
  { path: "/openapi.json", title: "openapi.json", note: "for programs that write clients" },
  { path: "/health/ready", title: "Health", note: "what a monitor asks" },
  { path: "/metrics", title: "Metrics", note: "for Prometheus, from the machine of the server" },
];

function Links() {
  return (
    <Panel title="For programs">
      <ul className="divide-y divide-line">
        {links.map(({ path, title, note }) => (
          <li key={path}>
            <Outside path={path}>
              <span className="text-accent group-hover:underline">{title}</span>
              <span className="text-sm text-muted">{note}</span>
            </Outside>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Outside({ path, children }: { path: string; children: ReactNode }) {
  return (
    <a
      href={path}
      target="_blank"
      rel="noreferrer"
      className="group flex min-h-11 flex-wrap items-center gap-x-3 px-4 py-2 -outline-offset-2 hover:bg-raised"
    >
      {children}
    </a>
  );
}
