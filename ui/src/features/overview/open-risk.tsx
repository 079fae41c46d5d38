import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { Account } from "../../api/types";
import { decimalsShown, drawdownOf, useWorth } from "../../api/worth";
import { rounded } from "../../design/decimals";
import { Explained } from "../../design/explained";
import { figure, percent } from "../../design/figures";
import { Panel, Skeleton } from "../../design/panel";
import { exposureOf, heldValue } from "./weights";

/** What is at stake: open orders, positions, how much of equity moves with the market, and the largest of it. */
export function OpenRisk({ account }: { account: Account }) {
  const { valuation, standing, isOld } = useWorth(account.account_id);
  const worth = valuation.data;
  if (!worth)
    return (
      <Panel title="Open risk">
        {valuation.error ? <p className="p-4 text-muted">Not known now.</p> : <Skeleton rows={4} />}
      </Panel>
    );
  const money = (amount: string) => {
    const decimals = decimalsShown(worth.base_asset);
    return `${figure(rounded(amount, decimals), decimals)} ${worth.base_asset}`;
  };
  const of = (figure: string) => `equity:${account.account_id}:${figure}`;
  const { count, value, share, largest } = exposureOf(worth);
  const open = standing.data?.open_orders.length;
  const fall = isOld ? null : drawdownOf(worth.equity, standing.data);
  return (
    <Panel
      title="Open risk"
      aside={
        <Link to="/risk" className="text-accent hover:underline">
          Limits
        </Link>
      }
    >
      <dl aria-busy={isOld} className={`divide-y divide-line/60 px-4 py-1 ${isOld ? "opacity-60" : ""}`}>
        <Row
          name="Exposure"
          figure={share === null ? "–" : <Explained of={of("exposure_share")}>{percent(share)}</Explained>}
          note={<Explained of={of("exposure")}>{money(value)}</Explained>}
          share={share}
        />
        <Row
          name={count === 1 ? "1 position" : `${count} positions`}
          figure={
            !largest?.share ? (
              "none"
            ) : largest.isContract ? (
              percent(largest.share)
            ) : (
              <Explained of={`valuation:${account.account_id}:${largest.name}:weight`}>
                {percent(largest.share)}
              </Explained>
            )
          }
          note={largest ? `largest: ${largest.name}` : "nothing moves with the market"}
        />
        <Row
          name="Open orders"
          figure={open === undefined ? "…" : String(open)}
          note={
            open ? (
              <>
                <Explained of={of("held_value")}>{money(heldValue(worth.items))}</Explained> held
              </>
            ) : (
              "nothing held"
            )
          }
        />
        {fall !== null && (
          <Row
            name="Below its peak"
            figure={<Explained of={of("drawdown")}>{percent(fall)}</Explained>}
            note="drawdown"
          />
        )}
      </dl>
    </Panel>
  );
}

function Row({
  name,
  figure: shown,
  note,
  share,
}: {
  name: string;
  figure: ReactNode;
  note: ReactNode;
  share?: string | null;
}) {
  return (
    <div className="grid grid-cols-[1fr_auto] items-baseline gap-x-3 gap-y-2 py-2.5">
      <dt className="text-muted">{name}</dt>
      <dd className="text-right font-medium tabular-nums">{shown}</dd>
      <dd className="col-span-2 text-right text-xs text-muted tabular-nums">{note}</dd>
      {share && (
        <dd aria-hidden className="col-span-2 mt-1.5 h-1.5 overflow-hidden rounded-full bg-raised">
          <span
            className="block h-full rounded-full bg-accent"
            style={{ width: `${Math.max(0, Math.min(1, Number(share))) * 100}%` }}
          />
        </dd>
      )}
    </div>
  );
}
