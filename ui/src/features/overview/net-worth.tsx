import { useState } from "react";

import { useAccounts } from "../../api/accounts";
import type { Account } from "../../api/types";
import { dayPnl, decimalsShown, useWorth, useWorths } from "../../api/worth";
import { Button, Problem, Segments } from "../../design/controls";
import { plus, rounded } from "../../design/decimals";
import { Explained } from "../../design/explained";
import { figure, signed, signedPercent } from "../../design/figures";
import { Empty, Skeleton } from "../../design/panel";
import { useTimes } from "../../design/times";
import { placesOf, pnlPlacesOf } from "./curve";
import { EquityChart, type Measure } from "./equity-chart";
import { useEquity } from "./queries";
import { pnlParts, type Range, ranges, rangeWords } from "./ranges";

const measures: Record<Measure, string> = { worth: "Net worth", pnl: "P&L" };

/** What the account is worth, what changed today, and how it came there. */
export function NetWorth({ account }: { account: Account }) {
  const { asOf, valuation, standing, isOld } = useWorth(account.account_id);
  const times = useTimes();
  const worth = valuation.data;
  return (
    <section aria-label="Net worth" className="space-y-4">
      <div aria-busy={isOld} className={`space-y-1 ${isOld ? "opacity-60" : ""}`}>
        <h2 className="text-muted">
          Net worth{" "}
          {asOf && worth && (
            <span className="text-attention">
              after event {figure(worth.journal_position)}, at prices of {times.full(worth.at)}
            </span>
          )}
        </h2>
        {valuation.error && (
          <Problem title="What the account is worth is not known">{valuation.error.message}</Problem>
        )}
        {!worth && !valuation.error && <div className="skeleton h-14 w-72 max-w-full rounded bg-raised" />}
        {worth && (
          <div className="flex flex-wrap items-baseline gap-x-5 gap-y-1">
            <p className="text-2xl font-semibold tracking-tight tabular-nums sm:text-3xl">
              <Explained of={`equity:${account.account_id}:equity`}>
                {shown(worth.equity, worth.base_asset)}
              </Explained>{" "}
              <span className="text-lg font-normal tracking-normal text-muted">{worth.base_asset}</span>
            </p>
            <Today
              accountId={account.account_id}
              baseAsset={worth.base_asset}
              day={isOld ? null : dayPnl(worth.equity, standing.data)}
            />
          </div>
        )}
        <Total account={account} />
      </div>
      <History account={account} asOf={asOf} worth={worth} isOld={valuation.isPlaceholderData} />
    </section>
  );
}

function shown(amount: string, asset: string): string {
  const decimals = decimalsShown(asset);
  return figure(rounded(amount, decimals), decimals);
}

function toneOf(amount: string): string {
  if (!/[1-9]/.test(amount)) return "text-muted";
  return amount.startsWith("-") ? "text-loss" : "text-gain";
}

/** "▲ +812.40 (+0.82 %) today": told by its sign and its arrow, not only by its colour. */
function Today({
  accountId,
  baseAsset,
  day,
}: {
  accountId: string;
  baseAsset: string;
  day: ReturnType<typeof dayPnl>;
}) {
  if (!day) return null;
  const amount = rounded(day.amount, decimalsShown(baseAsset));
  const arrow = !/[1-9]/.test(amount) ? "" : amount.startsWith("-") ? "▼ " : "▲ ";
  return (
    <p className={`text-lg font-medium tabular-nums ${toneOf(amount)}`}>
      <Explained of={`equity:${accountId}:day_pnl`}>
        <span aria-hidden>{arrow}</span>
        {signed(amount, decimalsShown(baseAsset))}
        {day.share !== null && ` (${signedPercent(day.share)})`}
      </Explained>{" "}
      <span className="text-base font-normal text-muted">today</span>
    </p>
  );
}

/** All accounts that count in the same asset, where there are several. */
function Total({ account }: { account: Account }) {
  const { data: accounts = [] } = useAccounts();
  const same = accounts.filter((each) => each.base_asset === account.base_asset);
  const worths = useWorths(same.length > 1 ? same.map((each) => each.account_id) : []);
  const known = worths.flatMap((each) => each.valuation ?? []);
  if (same.length < 2 || !known.length) return null;
  const isAll = known.length === same.length;
  const isWhole = isAll && known.every((each) => each.is_complete);
  const isOld = worths.some((each) => each.isOld);
  const sum = known.reduce((total, each) => plus(total, each.equity), "0");
  return (
    <p className={`text-muted ${isOld ? "opacity-60" : ""}`}>
      {isWhole
        ? `All ${same.length} accounts in ${account.base_asset}: `
        : `${known.length} of ${same.length} accounts: `}
      <span className="text-text tabular-nums">
        {isAll ? (
          <Explained of={`total:${account.base_asset}:equity`}>{shown(sum, account.base_asset)}</Explained>
        ) : (
          shown(sum, account.base_asset)
        )}
      </span>{" "}
      {account.base_asset}
    </p>
  );
}

function History({
  account,
  asOf,
  worth,
  isOld,
}: {
  account: Account;
  asOf: string | null;
  worth: { at: string; equity: string; base_asset: string } | undefined;
  /** Whether `worth` is still of another moment. */
  isOld: boolean;
}) {
  const [range, setRange] = useState<Range>("1M");
  const [wanted, setMeasure] = useState<Measure>("worth");
  const {
    data: curve,
    error,
    refetch,
    isPlaceholderData,
  } = useEquity(account.account_id, range, isOld ? undefined : worth?.at, asOf);
  const now = worth ? { at: worth.at, equity: worth.equity } : null;
  const isPnlKnown = curve?.pnl !== null;
  const measure = isPnlKnown ? wanted : "worth";
  const placed = measure === "pnl" ? pnlPlacesOf : placesOf;
  const places = curve ? placed(curve, curve.since, now) : [];
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="w-full sm:w-80">
          <Segments label="Range" options={ranges} value={range} onChoose={setRange} />
        </div>
        {curve && worth && (
          <Parts
            accountId={account.account_id}
            since={curve.since}
            baseAsset={curve.base_asset}
            range={range}
            parts={isOld || isPlaceholderData ? null : pnlParts(curve, worth.equity)}
          />
        )}
      </div>
      {error && (
        <div className="space-y-2">
          <Problem title="The curve could not be drawn">{error.message}</Problem>
          <Button tone="quiet" onClick={() => void refetch()}>
            Try again
          </Button>
        </div>
      )}
      {!curve && !error && <Skeleton rows={7} />}
      {curve && places.length < 2 && (
        <div className="rounded-card border border-dashed border-line">
          <Empty title="No curve yet">It begins with the first deposit and follows every fill.</Empty>
        </div>
      )}
      {curve && places.length >= 2 && (
        <div className={`relative ${isOld || isPlaceholderData ? "opacity-60" : ""}`}>
          {isPnlKnown && (
            <div className="mb-2 w-44 text-xs sm:absolute sm:-top-1.5 sm:right-0 sm:z-10" data-print="no">
              <Segments label="Curve" options={measures} value={measure} onChoose={setMeasure} />
            </div>
          )}
          <EquityChart
            places={places}
            measure={measure}
            flows={curve.flows}
            asset={curve.base_asset}
            isPast={asOf !== null}
          />
        </div>
      )}
    </>
  );
}

/** The profit or loss of the range, and what it is made of. */
function Parts({
  accountId,
  since,
  parts,
  baseAsset,
  range,
}: {
  accountId: string;
  /** When the range begins; null: with the account. */
  since: string | null;
  /** Null until curve and worth are of the same moment and range. */
  parts: ReturnType<typeof pnlParts> | null;
  baseAsset: string;
  range: Range;
}) {
  const decimals = decimalsShown(baseAsset);
  if (!parts)
    return (
      <p aria-busy className="text-sm text-muted">
        <span className="text-base">…</span> {rangeWords[range]}
        <span className="block text-xs">closing − opening − net flows</span>
      </p>
    );
  const pnl = parts.pnl === null ? null : rounded(parts.pnl, decimals);
  const of = (figure: string) => `range:${accountId}:${since ?? ""}:${figure}`;
  return (
    <p className="text-sm text-muted tabular-nums">
      {pnl === null ? (
        "P&L not known: a deposit had no price"
      ) : (
        <>
          <span className={`text-base font-medium ${toneOf(pnl)}`}>
            <Explained of={of("pnl")}>{signed(pnl, decimals)}</Explained>
          </span>{" "}
          {rangeWords[range]}
        </>
      )}
      <span className="block text-xs">
        closing <Explained of={`equity:${accountId}:equity`}>{shown(parts.closing, baseAsset)}</Explained> −
        opening <Explained of={of("opening")}>{shown(parts.opening, baseAsset)}</Explained> − net flows{" "}
        <Explained of={of("net_flows")}>{shown(parts.netFlows, baseAsset)}</Explained>
      </span>
    </p>
  );
}
