import { Link } from "@tanstack/react-router";
import { useState } from "react";

import type { Account } from "../../../api/types";
import { standingOf, useVenuesHealth } from "../../../api/venues";
import { Button } from "../../../design/controls";
import { Aligned, longest } from "../../../design/figure";
import { Panel } from "../../../design/panel";
import { useTimes } from "../../../design/times";
import { usePreferences } from "../../../state/preferences";
import { tell } from "../../../state/toasts";
import { Confirm } from "../confirm";
import { Loaded } from "../loaded";
import { DeadMansSwitch } from "./dead-mans-switch";
import { guideOf } from "./guides";
import { useDisconnect, useOpeningBalances } from "./queries";
import { StageTrack } from "./stage-track";
import { type Credential, permissionsOf } from "./stages";

/** The last step, and what an account's connection looks like from then on. */
export function Connected({
  account,
  credential,
  onReplace,
}: {
  account: Account;
  credential: Credential;
  onReplace: () => void;
}) {
  const prefer = usePreferences((preferences) => preferences.prefer);
  const health = useVenuesHealth({ awaited: account.account_id });
  const standing = standingOf(health.data ?? [], account.account_id);
  return (
    <>
      <Panel
        title={account.name}
        aside={<span className="rounded-full bg-loss px-1.5 text-xs font-semibold text-on-loss">live</span>}
      >
        <div className="space-y-4 p-5">
          <Loaded query={health} rows={3}>
            {() => <StageTrack standing={standing} />}
          </Loaded>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="text-sm text-muted">
              Orders of this account spend real money. Each is asked about once more.{" "}
              <Link
                to="/reconciliation/$accountId"
                params={{ accountId: account.account_id }}
                className="whitespace-nowrap text-accent underline"
              >
                How book and venue compare
              </Link>
            </p>
            <Link
              to="/trade"
              onClick={() => {
                prefer({ accountId: account.account_id });
              }}
              className="flex h-9 items-center rounded-control bg-accent px-3 font-medium text-on-accent hover:brightness-110 touch:h-11"
            >
              Trade with it
            </Link>
          </div>
        </div>
      </Panel>
      <div className="grid items-start gap-4 md:grid-cols-2">
        <Key account={account} credential={credential} onReplace={onReplace} />
        <Balances accountId={account.account_id} />
      </div>
      <DeadMansSwitch account={account} />
    </>
  );
}

const marks = { gain: "bg-gain", quiet: "bg-muted", attention: "rotate-45 rounded-none bg-attention" };

function Key({
  account,
  credential,
  onReplace,
}: {
  account: Account;
  credential: Credential;
  onReplace: () => void;
}) {
  const times = useTimes();
  const [isDisconnecting, setDisconnecting] = useState(false);
  const guide = guideOf(credential.venue);
  return (
    <Panel
      title={`Key at ${guide.title}`}
      aside={<span className="font-mono text-sm">{credential.hint}</span>}
    >
      <ul aria-label="What the key may do" className="space-y-1.5 px-4 py-3">
        {permissionsOf(credential, (instant) => times.date(instant)).map(({ words, tone }) => (
          <li key={words} className="flex items-baseline gap-2.5">
            <span aria-hidden className={`size-2 shrink-0 rounded-full ${marks[tone]}`} />
            {words}
          </li>
        ))}
      </ul>
      {credential.note && (
        <p className="border-t border-line px-4 py-2.5 text-sm text-attention">{credential.note}</p>
      )}
      {credential.confirmation && (
        <p className="border-t border-line px-4 py-2.5 text-sm text-muted">
          An owner confirmed: “{credential.confirmation}”
        </p>
      )}
      <p className="px-4 pb-3 text-sm text-muted">Here since {times.date(credential.since)}</p>
      <div className="flex flex-wrap justify-end gap-2 border-t border-line px-4 py-3">
        <Button tone="quiet" onClick={onReplace}>
          Replace the key
        </Button>
        <Button
          tone="quiet"
          onClick={() => {
            setDisconnecting(true);
          }}
        >
          Disconnect
        </Button>
      </div>
      {isDisconnecting && (
        <Disconnecting
          account={account}
          onClose={() => {
            setDisconnecting(false);
          }}
        />
      )}
    </Panel>
  );
}

function Disconnecting({ account, onClose }: { account: Account; onClose: () => void }) {
  const disconnect = useDisconnect(account.account_id);
  const guide = guideOf(account.venue);
  return (
    <Confirm
      title={`Disconnect ${account.name}?`}
      word={account.name}
      button="Disconnect it"
      act={async () => {
        await disconnect();
        tell({
          tone: "quiet",
          title: `${account.name} is disconnected`,
          detail: `The key is destroyed here. Delete it at ${guide.title} too, ${guide.deleting}.`,
        });
      }}
      onClose={onClose}
    >
      <div className="space-y-2">
        <p>The server destroys its key. The book of the account stays as it is.</p>
        <p>
          <strong className="font-medium">Orders that work at {guide.title} work on there.</strong> Until the
          account is connected again they are not watched from here, and cannot be cancelled. Cancel them
          first if that is not what you want.
        </p>
      </div>
    </Confirm>
  );
}

function Balances({ accountId }: { accountId: string }) {
  const balances = useOpeningBalances(accountId);
  return (
    <Panel title="What is there">
      <Loaded query={balances} rows={3}>
        {(all) => {
          const held = all.filter((each) => each.total !== "0");
          const decimals = longest(held.map((each) => each.total));
          return held.length ? (
            <table className="w-full">
              <caption className="sr-only">Balances</caption>
              <thead className="sr-only">
                <tr>
                  <th scope="col">Asset</th>
                  <th scope="col">Total</th>
                </tr>
              </thead>
              <tbody className="divide-y divide-line">
                {held.map(({ asset, total }) => (
                  <tr key={asset}>
                    <td className="px-4 py-2 font-medium">{asset}</td>
                    <td className="px-4 py-2 text-right tabular-nums">
                      <Aligned decimal={total} decimals={decimals} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          ) : (
            <p className="px-4 py-3 text-sm text-muted">
              Nothing yet. What the account has at the venue is booked as its opening balance.
            </p>
          );
        }}
      </Loaded>
    </Panel>
  );
}
