import { type ReactNode, useMemo, useState } from "react";

import { useInstruments } from "../../api/instruments";
import { isOpen } from "../../api/orders";
import type { Account } from "../../api/types";
import { Tabs } from "../../design/tabs";
import { useMoment } from "../../state/moment";
import { BalanceTable } from "./balances";
import { useOrdersShown, usePositionsShown } from "./book-at";
import { Denials } from "./denials";
import { EarlierTrades } from "./earlier-trades";
import { Fills } from "./fills";
import { useLayout } from "./layout";
import { OpenOrders } from "./open-orders";
import { OrderHistory } from "./order-history";
import { Positions } from "./positions";
import { isFlat } from "./profit";
import { ToolsPlace } from "./tools";
import { phone, useMedia } from "../../design/use-media";

/** What the account has going and has done: orders, positions, fills, balances, denials. */
export function Blotter({ account, aside }: { account: Account; aside?: ReactNode }) {
  const { data } = useInstruments();
  const instruments = useMemo(() => new Map((data ?? []).map((each) => [each.instrument_id, each])), [data]);
  const asOf = useMoment((moment) => moment.asOf);
  const chosen = useLayout((layout) => layout.blotterTab);
  const isPhone = useMedia(phone);
  const [place, setPlace] = useState<HTMLElement | null>(null);
  const accountId = account.account_id;
  const open = useOrdersShown(accountId).rows?.filter(isOpen).length;
  const held = usePositionsShown(accountId).rows?.filter((position) => !isFlat(position)).length;
  const parts = { accountId, instruments };
  const tabs = [
    { id: "open", title: <Counted title="Open orders" count={open} />, content: <OpenOrders {...parts} /> },
    { id: "history", title: "Order history", content: <OrderHistory {...parts} /> },
    { id: "positions", title: <Counted title="Positions" count={held} />, content: <Positions {...parts} /> },
    { id: "fills", title: "Fills", content: <Fills {...parts} /> },
    ...(account.paper
      ? []
      : [{ id: "earlier", title: "Earlier trades", content: <EarlierTrades {...parts} /> }]),
    { id: "balances", title: "Balances", content: <BalanceTable accountId={accountId} /> },
    { id: "denials", title: "Denials", content: <Denials {...parts} /> },
  ];
  return (
    <ToolsPlace value={place}>
      <Tabs
        label="The account"
        className="min-h-0 flex-1"
        value={tabs.some((tab) => tab.id === chosen) ? chosen : "open"}
        onChoose={(blotterTab) => {
          useLayout.setState({ blotterTab });
        }}
        tabs={tabs}
        aside={
          <div className="flex min-w-0 shrink-0 items-center gap-1" data-print="no">
            {asOf !== null && <span className="text-xs text-attention">as of position {asOf}</span>}
            {!isPhone && <div ref={setPlace} className="flex items-center gap-1" />}
            {aside}
          </div>
        }
      />
      {isPhone && (
        <div
          ref={setPlace}
          className="flex shrink-0 items-center justify-end gap-1 border-t border-line px-2 py-1 empty:hidden"
          data-print="no"
        />
      )}
    </ToolsPlace>
  );
}

function Counted({ title, count }: { title: string; count: number | undefined }) {
  return (
    <>
      {title}
      {count ? (
        <span className="rounded-full bg-raised px-1.5 text-xs text-muted tabular-nums">{count}</span>
      ) : null}
    </>
  );
}
