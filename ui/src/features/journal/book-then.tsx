import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { answered, api } from "../../api/client";
import type { Account, Order } from "../../api/types";
import type { components } from "../../api/generated/schema";
import { Button, Problem } from "../../design/controls";
import { rounded } from "../../design/decimals";
import { Explained } from "../../design/explained";
import { figure, signed } from "../../design/figures";
import { Skeleton } from "../../design/panel";
import { type Column, Table } from "../../design/table";
import { useTimes } from "../../design/times";
import { pair, spoken } from "./words";

type Valuation = components["schemas"]["Valuation"];
type Value = Valuation["items"][number];
type Position = components["schemas"]["Position"];

function useThen<Answer>(name: string, accountId: string, asOf: string, ask: () => Promise<Answer>) {
  return useQuery({
    queryKey: ["then", name, accountId, asOf],
    queryFn: ask,
    staleTime: Infinity,
    // What was there before stays until the next answer is; of another account it never does.
    placeholderData: (previous, query) =>
      query?.queryKey[2] === accountId ? keepPreviousData(previous) : undefined,
  });
}

/** Balances at recorded prices, open orders and positions of one account after an event. */
export function BookThen({ account, asOf }: { account: Account; asOf: string }) {
  const path = { account_id: account.account_id };
  const worth = useThen("worth", account.account_id, asOf, () =>
    answered(api.GET("/v1/accounts/{account_id}/valuation", { params: { path, query: { as_of: asOf } } })),
  );
  const orders = useThen("orders", account.account_id, asOf, () =>
    answered(
      api.GET("/v1/orders", { params: { query: { ...path, as_of: asOf, status: "open", limit: 500 } } }),
    ),
  );
  const positions = useThen("positions", account.account_id, asOf, () =>
    answered(api.GET("/v1/accounts/{account_id}/positions", { params: { path, query: { as_of: asOf } } })),
  );
  const isOld = [worth, orders, positions].some((each) => each.isPlaceholderData);
  return (
    <section
      aria-label="The book then"
      aria-busy={isOld}
      className="flex min-h-0 flex-1 flex-col overflow-hidden rounded-card border border-line bg-surface"
    >
      <header className="flex min-h-12 items-center justify-between gap-3 border-b border-line px-4">
        <h2 className="truncate font-semibold">{account.name} then</h2>
        <span className="text-xs whitespace-nowrap text-muted tabular-nums">as of {figure(asOf)}</span>
      </header>
      <div
        tabIndex={0}
        role="region"
        aria-label="State of the account"
        className={`min-h-0 flex-1 overflow-y-auto ${isOld ? "opacity-60" : ""}`}
      >
        <Loaded query={worth}>{(data) => <Worth worth={data} />}</Loaded>
        <Loaded query={orders}>{(data) => <Orders orders={data.items} />}</Loaded>
        <Loaded query={positions}>{(data) => <Positions positions={data.items} />}</Loaded>
      </div>
    </section>
  );
}

function Loaded<Answer>({
  query: { data, error, refetch },
  children,
}: {
  query: { data: Answer | undefined; error: Error | null; refetch: () => unknown };
  children: (data: Answer) => ReactNode;
}) {
  if (error)
    return (
      <div className="space-y-2 p-4">
        <Problem>{error.message}</Problem>
        <Button
          tone="quiet"
          size="small"
          onClick={() => {
            refetch();
          }}
        >
          Try again
        </Button>
      </div>
    );
  return data === undefined ? <Skeleton rows={3} /> : children(data);
}

function Worth({ worth }: { worth: Valuation }) {
  const times = useTimes();
  const columns: Column<Value>[] = [
    {
      title: "Asset",
      cell: (each) => (
        <>
          {each.asset}
          {each.price && each.asset !== worth.base_asset && (
            <span className="block text-xs leading-tight text-muted tabular-nums">
              at{" "}
              <Explained of={`valuation:${worth.account_id}:${each.asset}:price`}>
                {figure(each.price)}
              </Explained>
            </span>
          )}
        </>
      ),
    },
    {
      title: "Total",
      figure: true,
      cell: (each) => (
        <Explained of={`balance:${worth.account_id}:${each.asset}:total`}>{figure(each.total)}</Explained>
      ),
    },
    {
      title: "Held",
      figure: true,
      wide: true,
      cell: (each) => (
        <Explained of={`balance:${worth.account_id}:${each.asset}:held`}>{figure(each.held)}</Explained>
      ),
    },
    {
      title: `Value, ${worth.base_asset}`,
      figure: true,
      cell: (each) =>
        each.value ? (
          <Explained of={`valuation:${worth.account_id}:${each.asset}`}>
            {figure(rounded(each.value, 2), 2)}
          </Explained>
        ) : (
          "unknown"
        ),
    },
  ];
  return (
    <>
      <div className="px-4 pt-4 pb-3">
        <p className="text-xs text-muted">Equity, at prices recorded by {times.time(worth.at)}</p>
        <p className="text-2xl font-semibold tabular-nums">
          <Explained of={`equity:${worth.account_id}:equity`}>
            {figure(rounded(worth.equity, 2), 2)}
          </Explained>{" "}
          <span className="text-base font-normal text-muted">{worth.base_asset}</span>
        </p>
        {!worth.is_complete && (
          <p className="text-sm text-attention">Without the assets that had no price then.</p>
        )}
      </div>
      <Part title="Balances" empty="It held nothing." isEmpty={!worth.items.length}>
        <Table caption="Balances then" columns={columns} rows={worth.items} rowKey={(each) => each.asset} />
      </Part>
    </>
  );
}

function Orders({ orders }: { orders: Order[] }) {
  const columns: Column<Order>[] = [
    {
      title: "Order",
      cell: (each) => (
        <>
          <span className="capitalize">{each.side}</span> {pair(each.instrument)}
          <span className="block text-xs leading-tight text-muted">{spoken(each.type)}</span>
        </>
      ),
    },
    { title: "Quantity", figure: true, cell: (each) => figure(each.quantity ?? each.quote_quantity ?? "0") },
    {
      title: "Price",
      figure: true,
      cell: (each) =>
        (each.price ?? each.stop_price) ? figure(each.price ?? each.stop_price ?? "") : "market",
    },
    { title: "State", cell: (each) => spoken(each.status) },
  ];
  return (
    <Part title={`Open orders (${orders.length})`} empty="No order was open." isEmpty={!orders.length}>
      <Table caption="Open orders then" columns={columns} rows={orders} rowKey={(each) => each.order_id} />
    </Part>
  );
}

function nameOf({ account_id, instrument }: Position, name: string): string {
  return `position:${account_id}:${instrument}:${name}`;
}

/** To the cent; of what costs less than one, to six decimals. */
function entryPrice(price: string): string {
  return figure(rounded(price, price.startsWith("0.") ? 6 : 2));
}

function Positions({ positions }: { positions: Position[] }) {
  const columns: Column<Position>[] = [
    { title: "Instrument", cell: (each) => pair(each.instrument) },
    {
      title: "Quantity",
      figure: true,
      cell: (each) => <Explained of={nameOf(each, "quantity")}>{figure(each.quantity)}</Explained>,
    },
    {
      title: "Entry",
      figure: true,
      cell: (each) =>
        each.average_entry_price ? (
          <Explained of={nameOf(each, "average_entry_price")}>
            {entryPrice(each.average_entry_price)}
          </Explained>
        ) : (
          "–"
        ),
    },
    {
      title: "Realised",
      figure: true,
      cell: (each) => (
        <Explained of={nameOf(each, "realised_pnl")}>{signed(rounded(each.realised_pnl, 2), 2)}</Explained>
      ),
    },
  ];
  return (
    <Part title="Positions" empty="There was no position." isEmpty={!positions.length}>
      <Table caption="Positions then" columns={columns} rows={positions} rowKey={(each) => each.instrument} />
    </Part>
  );
}

function Part({
  title,
  empty,
  isEmpty,
  children,
}: {
  title: string;
  empty: string;
  isEmpty: boolean;
  children: ReactNode;
}) {
  return (
    <section aria-label={title} className="border-t border-line py-2">
      <h3 className="px-4 py-1 text-sm font-semibold">{title}</h3>
      {isEmpty ? <p className="px-4 py-1 text-sm text-muted">{empty}</p> : children}
    </section>
  );
}
