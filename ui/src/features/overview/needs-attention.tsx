import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";

import { useAccounts } from "../../api/accounts";
import { useOpenDifferences } from "../../api/differences";
import { useFirstRun } from "../../api/first-run";
import { useInstruments } from "../../api/instruments";
import type { Account } from "../../api/types";
import { useVenuesHealth } from "../../api/venues";
import { useWorth } from "../../api/worth";
import { Problem } from "../../design/controls";
import { Panel, Skeleton } from "../../design/panel";
import { usePreferences } from "../../state/preferences";
import { type Concern, concerns } from "./attention";
import { useFeeds, useSystem, useTroubledOrders } from "./queries";

const marks = { loss: "bg-loss", attention: "bg-attention", quiet: "bg-muted" };

/** What somebody should look at, with what to do about it and the way there. */
export function NeedsAttention({ account }: { account: Account }) {
  const { asOf, valuation, standing } = useWorth(account.account_id);
  const isNow = asOf === null;
  const { data: accounts = [] } = useAccounts();
  const { data: instruments = [] } = useInstruments();
  const orders = useTroubledOrders(account.account_id, isNow);
  const system = useSystem(isNow);
  const real = accounts.filter((each) => !each.paper);
  const venues = useVenuesHealth({ isWanted: isNow && real.length > 0 });
  const differences = useOpenDifferences(real, isNow);
  const sources = (valuation.data?.items ?? []).flatMap((item) => item.price_source ?? []);
  const ordered = (standing.data?.open_orders ?? []).map((order) => order.instrument);
  const quotes = useFeeds([...new Set([...ordered, ...sources])].sort(), isNow);
  const { data: book } = useFirstRun();
  const error = orders.error ?? system.error ?? venues.error;
  const found = concerns({
    accountId: account.account_id,
    orders: orders.data ?? [],
    accounts,
    instruments,
    quotes,
    system: system.data,
    hasMarket: book?.market !== "none",
    venues: venues.data,
    differences,
    unpriced: (valuation.data?.items ?? []).flatMap((item) => (item.value === null ? item.asset : [])),
  });
  return (
    <Panel title="Needs attention" aside={isNow && found.length > 0 ? String(found.length) : ""}>
      {!isNow && <p className="p-4 text-muted">This is about now; you look at the past.</p>}
      {isNow && error && (
        <div className="p-4 pb-0">
          <Problem title="Some of it could not be asked">{error.message}</Problem>
        </div>
      )}
      {isNow && !error && orders.isPending && <Skeleton rows={3} />}
      {isNow && found.length > 0 && (
        <ul className="divide-y divide-line/60">
          {found.map((concern) => (
            <Told key={concern.id} concern={concern} />
          ))}
        </ul>
      )}
      {isNow && !error && orders.isSuccess && system.isSuccess && !found.length && (
        <p className="flex items-center gap-2.5 p-4 text-muted">
          <CircleCheck aria-hidden className="size-4 shrink-0 text-gain" />
          Nothing. Feeds are fresh, views are up to date, no order is in doubt.
        </p>
      )}
    </Panel>
  );
}

function isOfAccount(path: Concern["path"]): boolean {
  return path === "/connect/$accountId" || path === "/reconciliation/$accountId";
}

function Told({
  concern: { weight, title, detail, remedy, path, linkText, accountId },
}: {
  concern: Concern;
}) {
  const { prefer } = usePreferences();
  return (
    <li className="flex gap-3 px-4 py-3">
      <span aria-hidden className={`mt-1.5 size-2 shrink-0 rounded-full ${marks[weight]}`} />
      <div className="min-w-0 space-y-0.5 wrap-anywhere">
        <p className="font-medium">{title}</p>
        <p className="text-sm">{detail}</p>
        <p className="text-sm text-muted">
          {remedy}{" "}
          <Link
            to={path}
            {...(isOfAccount(path) && accountId && { params: { accountId } })}
            className="whitespace-nowrap text-accent underline"
            onClick={() => {
              if (accountId) prefer({ accountId });
            }}
          >
            {linkText}
          </Link>
        </p>
      </div>
    </li>
  );
}
