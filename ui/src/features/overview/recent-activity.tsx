import { Link } from "@tanstack/react-router";

import { useInstruments } from "../../api/instruments";
import { useMay } from "../../api/me";
import type { Account } from "../../api/types";
import { useWorth } from "../../api/worth";
import { Button, Problem } from "../../design/controls";
import { EventLink } from "../../design/event-link";
import { Empty, Panel, Skeleton } from "../../design/panel";
import { useNow } from "../../design/clock";
import { duration, useTimes } from "../../design/times";
import { explain } from "../../state/explained";
import { type Happening, happenings } from "./activity";
import { useEquity, useRecentFills, useRecentOrders } from "./queries";

const marks: Record<Happening["tone"], string> = {
  buy: "bg-muted",
  sell: "bg-muted",
  money: "bg-accent",
  order: "border border-muted",
  refused: "bg-attention",
};

/** What happened last, in sentences that lead to their events. */
export function RecentActivity({ account, className = "" }: { account: Account; className?: string }) {
  const mayRead = useMay("audit");
  const { asOf, valuation } = useWorth(account.account_id);
  const fills = useRecentFills(account.account_id, asOf);
  const orders = useRecentOrders(account.account_id, asOf);
  const curve = useEquity(account.account_id, "All", valuation.data?.at, asOf);
  const { data: instruments = [] } = useInstruments();
  const error = fills.error ?? orders.error;
  const isKnown = fills.data && orders.data;
  const told = happenings(
    { fills: fills.data ?? [], orders: orders.data ?? [], flows: curve.data?.flows ?? [] },
    instruments,
    account.base_asset,
  );
  return (
    <Panel
      title="Recent activity"
      className={className}
      aside={
        mayRead && (
          <Link to="/journal" className="text-accent hover:underline">
            Everything
          </Link>
        )
      }
    >
      {error && (
        <div className="space-y-2 p-4">
          <Problem>{error.message}</Problem>
          <Button
            tone="quiet"
            onClick={() => {
              void fills.refetch();
              void orders.refetch();
            }}
          >
            Try again
          </Button>
        </div>
      )}
      {!error && !isKnown && <Skeleton rows={6} />}
      {isKnown && !told.length && (
        <Empty title="Nothing happened yet">
          <Link to="/trade" className="text-accent underline">
            Place the first order
          </Link>
        </Empty>
      )}
      {isKnown && told.length > 0 && (
        <ol className="divide-y divide-line/60">
          {told.map((each) => (
            <Line key={each.id} happening={each} isNow={asOf === null} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

const row = "flex w-full gap-3 px-4 py-2.5 text-left touch:min-h-11";
const pressed = "hover:bg-raised/60 focus-visible:-outline-offset-2";

function Line({ happening, isNow }: { happening: Happening; isNow: boolean }) {
  const { event } = happening;
  return (
    <li>
      {"position" in event ? (
        <EventLink position={event.position} className={`${row} ${pressed}`} plainClassName={row}>
          <Words happening={happening} isNow={isNow} />
        </EventLink>
      ) : (
        <button
          type="button"
          title="Explain"
          className={`${row} ${pressed} figure cursor-pointer`}
          onClick={() => {
            explain(`order:${event.orderId}:filled_quantity`);
          }}
        >
          <Words happening={happening} isNow={isNow} />
        </button>
      )}
    </li>
  );
}

function Words({
  happening: { at, sentence, detail, tone },
  isNow,
}: {
  happening: Happening;
  isNow: boolean;
}) {
  const now = useNow();
  const times = useTimes();
  return (
    <>
      <span aria-hidden className={`mt-1.5 size-2 shrink-0 rounded-full ${marks[tone]}`} />
      <span className="min-w-0 flex-1">
        <span className="block tabular-nums">{sentence}</span>
        {detail && <span className="block text-sm text-muted tabular-nums wrap-anywhere">{detail}</span>}
      </span>
      <time dateTime={at} title={times.full(at)} className="shrink-0 text-xs text-muted tabular-nums">
        {isNow ? `${duration(now - Date.parse(at))} ago` : `${times.day(at)} ${times.time(at)}`}
      </time>
    </>
  );
}
