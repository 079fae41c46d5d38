import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useAccounts } from "../../api/accounts";
import { api, done } from "../../api/client";
import { useMe } from "../../api/me";
import { useNow } from "../../design/clock";
import { Button } from "../../design/controls";
import { Empty, Panel } from "../../design/panel";
import { duration, useTimes } from "../../design/times";
import { tell } from "../../state/toasts";
import { Confirm } from "./confirm";
import { Loaded } from "./loaded";
import { NewKey } from "./new-key";
import { type ApiKey, useKeys, useMembers } from "./queries";
import { scopes } from "./words";

const revoke = (key: ApiKey) =>
  done(api.DELETE("/v1/auth/keys/{key_id}", { params: { path: { key_id: key.id } } }));

/** What programs sign in with. */
export function ApiKeys() {
  const keys = useKeys();
  const queries = useQueryClient();
  const [isMaking, setMaking] = useState(false);
  const [revoked, setRevoked] = useState<ApiKey | null>(null);
  return (
    <Panel
      title="API keys"
      aside={
        <Button
          size="small"
          onClick={() => {
            setMaking(true);
          }}
        >
          New key
        </Button>
      }
    >
      <Loaded query={keys}>
        {(all) =>
          all.length ? (
            <ul className="divide-y divide-line">
              {all.map((each) => (
                <Line
                  key={each.id}
                  apiKey={each}
                  onRevoke={() => {
                    setRevoked(each);
                  }}
                />
              ))}
            </ul>
          ) : (
            <Empty title="No keys">
              A program signs in with a key of its own that you can end at any time. Make one to begin.
            </Empty>
          )
        }
      </Loaded>
      {isMaking && (
        <NewKey
          onClose={() => {
            setMaking(false);
          }}
        />
      )}
      {revoked && (
        <Confirm
          title={`Revoke ${revoked.name}?`}
          word={revoked.name}
          button="Revoke it"
          act={async () => {
            await revoke(revoked);
            tell({ tone: "quiet", title: `Key ${revoked.name} revoked` });
            await queries.invalidateQueries({ queryKey: ["keys"] });
          }}
          onClose={() => {
            setRevoked(null);
          }}
        >
          Programs that use it are refused from now on. Their open orders stay where they are. A revoked key
          does not come back.
        </Confirm>
      )}
    </Panel>
  );
}

function Line({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const times = useTimes();
  const now = useNow();
  const me = useMe().data;
  const members = useMembers().data;
  const owner = members?.find((each) => each.id === apiKey.user_id);
  return (
    <li className="flex items-start gap-4 px-4 py-3">
      <div className="min-w-0 flex-1 space-y-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium wrap-anywhere">{apiKey.name}</span>
          {apiKey.scopes.map((scope) => (
            <span
              key={scope}
              title={scopes[scope].note}
              className="rounded-full border border-line px-1.5 text-xs text-muted"
            >
              {scope}
            </span>
          ))}
        </p>
        <p className="text-sm text-muted tabular-nums">
          {[
            me && apiKey.user_id !== me.user_id && `of ${owner?.name ?? owner?.email ?? "somebody else"}`,
            `tb_${apiKey.id.slice(0, 8)}…`,
            `made ${times.date(apiKey.created_at)}`,
            apiKey.last_used_at
              ? `last used ${duration(now - Date.parse(apiKey.last_used_at))} ago`
              : "never used",
            apiKey.expires_at ? `ends ${times.date(apiKey.expires_at)}` : "no end",
            apiKey.requests_per_minute !== null && `${apiKey.requests_per_minute} requests/min`,
            apiKey.orders_per_minute !== null && `${apiKey.orders_per_minute} orders/min`,
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
        {apiKey.accounts && <Reach accounts={apiKey.accounts} />}
      </div>
      <Button tone="quiet" onClick={onRevoke}>
        Revoke
        <span className="sr-only"> {apiKey.name}</span>
      </Button>
    </li>
  );
}

function Reach({ accounts }: { accounts: string[] }) {
  const known = useAccounts().data;
  const names = accounts.map((id) => known?.find((each) => each.account_id === id)?.name ?? id.slice(0, 8));
  return <p className="text-sm text-muted">Only account {names.join(", ")}</p>;
}
