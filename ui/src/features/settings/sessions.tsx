import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, done } from "../../api/client";
import { useNow } from "../../design/clock";
import { Button } from "../../design/controls";
import { Panel } from "../../design/panel";
import { duration, useTimes } from "../../design/times";
import { tell } from "../../state/toasts";
import { Confirm } from "./confirm";
import { Loaded } from "./loaded";
import { programIn } from "./programs";
import { type SignedIn, useSessions } from "./queries";

const end = (id: string) =>
  done(api.DELETE("/v1/auth/sessions/{session_id}", { params: { path: { session_id: id } } }));

/** Where one is signed in, and the way to end what should not be. */
export function Sessions() {
  const sessions = useSessions();
  const queries = useQueryClient();
  const [ending, setEnding] = useState<SignedIn[]>([]);
  const others = sessions.data?.filter((each) => !each.current) ?? [];
  return (
    <Panel
      title="Where you are signed in"
      aside={
        others.length > 0 && (
          <Button
            tone="quiet"
            size="small"
            onClick={() => {
              setEnding(others);
            }}
          >
            End all others
          </Button>
        )
      }
    >
      <Loaded query={sessions}>
        {(all) => (
          <ul className="divide-y divide-line">
            {all.map((each) => (
              <Line
                key={each.id}
                session={each}
                onEnd={() => {
                  setEnding([each]);
                }}
              />
            ))}
          </ul>
        )}
      </Loaded>
      <p className="border-t border-line px-4 py-2.5 text-sm text-muted">
        A session ends by itself when it is not used for long, and all of them when the password changes.
      </p>
      {ending.length > 0 && (
        <Confirm
          title={ending.length > 1 ? `End ${ending.length} sessions?` : "End this session?"}
          button={ending.length > 1 ? "End them" : "End it"}
          act={async () => {
            try {
              for (const each of ending) await end(each.id);
              tell({ tone: "quiet", title: ending.length > 1 ? "Sessions ended" : "Session ended" });
            } finally {
              await queries.invalidateQueries({ queryKey: ["sessions"] });
            }
          }}
          onClose={() => {
            setEnding([]);
          }}
        >
          Whoever works there is signed out at once and needs the password to come back. Orders and API keys
          are not touched.
        </Confirm>
      )}
    </Panel>
  );
}

function Line({ session, onEnd }: { session: SignedIn; onEnd: () => void }) {
  const times = useTimes();
  const now = useNow();
  return (
    <li className="flex min-h-14 items-center gap-4 px-4 py-2">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2">
          {programIn(session.user_agent) || "A program that does not say what it is"}
          {session.current && (
            <span className="rounded-full border border-accent px-1.5 text-xs text-accent">this one</span>
          )}
        </p>
        <p className="text-sm text-muted tabular-nums" title={times.full(session.last_used_at)}>
          Signed in {times.date(session.created_at)}, {times.time(session.created_at)} · last active{" "}
          {duration(now - Date.parse(session.last_used_at))} ago
        </p>
      </div>
      {!session.current && (
        <Button tone="quiet" onClick={onEnd}>
          End
        </Button>
      )}
    </li>
  );
}
