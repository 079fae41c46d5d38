import { useState } from "react";

import { type LimitName, limitText } from "../../api/denials";
import { useMay } from "../../api/me";
import type { Account } from "../../api/types";
import { Button, Problem } from "../../design/controls";
import { Explained } from "../../design/explained";
import { Panel, Skeleton } from "../../design/panel";
import { AllowedInstruments } from "./allowed-instruments";
import { EditLimit } from "./edit-limit";
import { fullness, limitNames, type Limits, type LimitUsage, limitWords, usedText } from "./limit-words";
import { Presets } from "./presets";
import { useLimits, useUsage } from "./queries";

/** Every limit with how much of it is used, each to be changed in its place. */
export function LimitsPanel({ account }: { account: Account }) {
  const { account_id: accountId, base_asset: baseAsset } = account;
  const { data: limits, error, refetch } = useLimits(accountId);
  const usage = useUsage(accountId);
  const mayManage = useMay("manage");
  const [editing, setEditing] = useState<LimitName | null>(null);
  return (
    <Panel
      title="Limits"
      aside={
        limits && mayManage ? <Presets account={account} limits={limits} /> : "Checked before every order"
      }
    >
      {error && !limits && (
        <div className="space-y-2 p-4">
          <Problem>{error.message}</Problem>
          <Button tone="quiet" onClick={() => void refetch()}>
            Try again
          </Button>
        </div>
      )}
      {usage.error && limits && (
        <div className="p-4 pb-0">
          <Problem title="How much is used is not known">{usage.error.message}</Problem>
        </div>
      )}
      {!limits && !error && <Skeleton rows={8} />}
      {limits && (
        <ul className="divide-y divide-line/60">
          {limitNames.map((name) =>
            editing === name ? (
              <li key={name}>
                <EditLimit
                  account={account}
                  name={name}
                  value={limits[name]}
                  onDone={() => {
                    setEditing(null);
                  }}
                />
              </li>
            ) : (
              <li key={name}>
                <Limit
                  accountId={accountId}
                  name={name}
                  value={limits[name]}
                  baseAsset={baseAsset}
                  usage={(usage.data ?? []).filter((each) => each.name === name)}
                  onEdit={
                    mayManage
                      ? () => {
                          setEditing(name);
                        }
                      : undefined
                  }
                />
              </li>
            ),
          )}
          <li>
            <AllowedInstruments
              account={account}
              allowed={limits.allowed_instruments}
              mayManage={mayManage}
            />
          </li>
        </ul>
      )}
    </Panel>
  );
}

function Limit({
  accountId,
  name,
  value,
  baseAsset,
  usage,
  onEdit,
}: {
  accountId: string;
  name: LimitName;
  value: Limits[LimitName];
  baseAsset: string;
  usage: LimitUsage[];
  onEdit: (() => void) | undefined;
}) {
  const { title, meaning, unit } = limitWords[name];
  const measured = usage
    .filter((each) => each.used !== null)
    .sort((a, b) => Number(b.share ?? 0) - Number(a.share ?? 0));
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-2 px-4 py-3 md:grid-cols-[minmax(0,5fr)_minmax(0,6fr)_auto]">
      <div>
        <p className="font-medium">{title}</p>
        <p className="text-sm text-muted">{meaning}</p>
      </div>
      <div className="flex items-start justify-end gap-2 md:order-last md:w-52">
        <span className={`py-1 text-right tabular-nums ${value === null ? "text-attention" : "font-medium"}`}>
          {limitText(value, unit, baseAsset)}
        </span>
        {onEdit && (
          <Button
            size="small"
            tone="quiet"
            className="mt-0.5"
            aria-label={`Change ${title}`}
            onClick={onEdit}
          >
            Change
          </Button>
        )}
      </div>
      <ul className="col-span-2 space-y-2 self-center md:col-span-1">
        {measured.map((each) => (
          <Used
            key={each.instrument ?? ""}
            accountId={accountId}
            usage={each}
            name={name}
            baseAsset={baseAsset}
          />
        ))}
        {value !== null && !measured.length && (
          <li className="text-sm text-muted">{usage[0]?.detail ?? "Nothing of it is used."}</li>
        )}
        {value === null && <li className="text-sm text-muted">Off: {limitWords[name].without}</li>}
      </ul>
    </div>
  );
}

const bars = { calm: "bg-accent", attention: "bg-attention", loss: "bg-loss" };

function Used({
  accountId,
  usage,
  name,
  baseAsset,
}: {
  accountId: string;
  usage: LimitUsage;
  name: LimitName;
  baseAsset: string;
}) {
  const { part, tone } = fullness(usage.share);
  const { title, unit } = limitWords[name];
  const label = usage.instrument ? `${title}, ${usage.instrument}` : title;
  return (
    <li title={usage.detail} className="text-sm">
      <p className="flex justify-between gap-3 tabular-nums">
        <span className="truncate text-muted">{usage.instrument ?? "Used"}</span>
        <span className={tone === "calm" ? "" : "font-medium"}>
          <Explained
            of={["limit", accountId, name, ...(usage.instrument ? [usage.instrument] : [])].join(":")}
          >
            {usedText(usage, unit, baseAsset)}
          </Explained>
          {tone === "attention" && <span className="text-attention"> near the limit</span>}
          {tone === "loss" && <span className="text-loss"> at the limit</span>}
        </span>
      </p>
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(part * 100)}
        className="mt-1 h-1.5 overflow-hidden rounded-full bg-raised"
      >
        <div className={`h-full rounded-full ${bars[tone]}`} style={{ width: `${part * 100}%` }} />
      </div>
    </li>
  );
}
