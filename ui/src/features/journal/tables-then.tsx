import { type ReactNode, useMemo } from "react";

import { positionKey } from "../../api/book";
import { useInstruments } from "../../api/instruments";
import type { Instrument, Order, Position } from "../../api/types";
import { type AssetValue, decimalsShown, type Valuation } from "../../api/worth";
import { rounded } from "../../design/decimals";
import { Explained } from "../../design/explained";
import { decimalsOf, figure, signed } from "../../design/figures";
import { type Column, SaveAsCsv, Table } from "../../design/table";
import { useTimes } from "../../design/times";
import { spoken } from "../../design/words";
import { pair } from "./words";

/** What the account had, and what that was worth at recorded prices. */
export function WorthThen({ worth }: { worth: Valuation }) {
  const times = useTimes();
  const decimals = decimalsShown(worth.base_asset);
  const columns = useMemo(
    () => balanceColumns(worth.account_id, worth.base_asset),
    [worth.account_id, worth.base_asset],
  );
  return (
    <>
      <div className="px-4 pt-4 pb-3">
        <p className="text-xs text-muted">Equity, at prices recorded by {times.time(worth.at)}</p>
        <p className="text-2xl font-semibold tabular-nums">
          <Explained of={`equity:${worth.account_id}:equity`}>
            {figure(rounded(worth.equity, decimals), decimals)}
          </Explained>{" "}
          <span className="text-base font-normal text-muted">{worth.base_asset}</span>
        </p>
        {!worth.is_complete && (
          <p className="text-sm text-attention">Without the assets that had no price then.</p>
        )}
      </div>
      <Part
        title="Balances"
        empty="It held nothing."
        rows={worth.items}
        fileColumns={[...columns, ...valueColumns]}
        file="balances then"
      >
        <Table caption="Balances then" columns={columns} rows={worth.items} rowKey={(each) => each.asset} />
      </Part>
    </>
  );
}

function balanceColumns(accountId: string, baseAsset: string): Column<AssetValue>[] {
  const decimals = decimalsShown(baseAsset);
  return [
    {
      title: "Asset",
      cell: (each) => (
        <>
          {each.asset}
          {each.price && each.asset !== baseAsset && (
            <span className="block text-xs leading-tight text-muted tabular-nums">
              at <Explained of={`valuation:${accountId}:${each.asset}:price`}>{figure(each.price)}</Explained>
            </span>
          )}
        </>
      ),
      text: (each) => each.asset,
    },
    {
      title: "Total",
      figure: true,
      cell: (each) => (
        <Explained of={`balance:${accountId}:${each.asset}:total`}>{figure(each.total)}</Explained>
      ),
      text: (each) => each.total,
    },
    {
      title: "Held",
      figure: true,
      wide: true,
      cell: (each) => (
        <Explained of={`balance:${accountId}:${each.asset}:held`}>{figure(each.held)}</Explained>
      ),
      text: (each) => each.held,
    },
    {
      title: `Value, ${baseAsset}`,
      figure: true,
      cell: (each) =>
        each.value ? (
          <Explained of={`valuation:${accountId}:${each.asset}`}>
            {figure(rounded(each.value, decimals), decimals)}
          </Explained>
        ) : (
          "unknown"
        ),
      text: (each) => each.value ?? "",
    },
  ];
}

const valueColumns: Column<AssetValue>[] = [
  { title: "Price", cell: () => null, text: (each) => each.price ?? "" },
  { title: "Price at", cell: () => null, text: (each) => each.price_at ?? "" },
];

/** The orders that were open. */
export function OrdersThen({ orders }: { orders: Order[] }) {
  return (
    <Part
      title={`Open orders (${orders.length})`}
      empty="No order was open."
      rows={orders}
      fileColumns={[...orderIds, ...orderColumns]}
      file="open orders then"
    >
      <Table
        caption="Open orders then"
        columns={orderColumns}
        rows={orders}
        rowKey={(each) => each.order_id}
      />
    </Part>
  );
}

const orderColumns: Column<Order>[] = [
  {
    title: "Order",
    cell: (each) => (
      <>
        <span className="capitalize">{each.side}</span> {pair(each.instrument)}
        <span className="block text-xs leading-tight text-muted">{spoken(each.type)}</span>
      </>
    ),
    text: (each) => `${each.side} ${each.type}`,
  },
  {
    title: "Quantity",
    figure: true,
    cell: (each) => figure(each.quantity ?? each.quote_quantity ?? "0"),
    text: (each) => each.quantity ?? each.quote_quantity ?? "",
  },
  {
    title: "Price",
    figure: true,
    cell: (each) =>
      (each.price ?? each.stop_price) ? figure(each.price ?? each.stop_price ?? "") : "market",
    text: (each) => each.price ?? each.stop_price ?? "",
  },
  { title: "State", cell: (each) => spoken(each.status), text: (each) => each.status },
];

const orderIds: Column<Order>[] = [
  { title: "Order id", cell: () => null, text: (each) => each.order_id },
  { title: "Placed", cell: () => null, text: (each) => each.created_at },
  { title: "Instrument", cell: () => null, text: (each) => each.instrument },
  { title: "Filled", cell: () => null, text: (each) => each.filled_quantity },
  { title: "Trigger", cell: () => null, text: (each) => each.stop_price ?? "" },
];

/** What had been traded into. */
export function PositionsThen({ positions }: { positions: Position[] }) {
  const { data: instruments } = useInstruments();
  const columns = useMemo(
    () => positionColumns(new Map(instruments?.map((each) => [each.instrument_id, each]))),
    [instruments],
  );
  return (
    <Part
      title="Positions"
      empty="There was no position."
      rows={positions}
      fileColumns={columns}
      file="positions then"
    >
      <Table caption="Positions then" columns={columns} rows={positions} rowKey={positionKey} />
    </Part>
  );
}

function nameOf(position: Position, name: string): string {
  return `position:${position.account_id}:${positionKey(position)}:${name}`;
}

/** An average is rarely on the instrument's grid: it is shown as finely as its prices are. */
function entryPrice(price: string, instrument: Instrument | undefined): string {
  const decimals = decimalsOf(instrument?.tick_size ?? "0.00000001");
  return figure(rounded(price, decimals), instrument ? decimals : 0);
}

function sideOf({ quantity }: Position): string {
  if (!/[1-9]/.test(quantity)) return "–";
  return quantity.startsWith("-") ? "Short" : "Long";
}

function positionColumns(instruments: ReadonlyMap<string, Instrument>): Column<Position>[] {
  const moneyOf = (each: Position) =>
    each.settle_asset ?? instruments.get(each.instrument)?.quote_asset ?? "";
  const decimals = (each: Position) => decimalsShown(moneyOf(each));
  return [
    { title: "Instrument", cell: (each) => pair(each.instrument), text: (each) => each.instrument },
    { title: "Side", cell: sideOf, text: sideOf },
    {
      title: "Quantity",
      figure: true,
      cell: (each) => <Explained of={nameOf(each, "quantity")}>{figure(each.quantity)}</Explained>,
      text: (each) => each.quantity,
    },
    {
      title: "Entry",
      figure: true,
      cell: (each) =>
        each.average_entry_price ? (
          <Explained of={nameOf(each, "average_entry_price")}>
            {entryPrice(each.average_entry_price, instruments.get(each.instrument))}
          </Explained>
        ) : (
          "–"
        ),
      text: (each) => each.average_entry_price ?? "",
    },
    {
      title: "Realised",
      figure: true,
      cell: (each) => (
        <Explained of={nameOf(each, "realised_pnl")}>
          {signed(rounded(each.realised_pnl, decimals(each)), decimals(each))}
        </Explained>
      ),
      text: (each) => each.realised_pnl,
    },
    { title: "In", wide: true, cell: moneyOf, text: moneyOf },
  ];
}

function Part<Row>({
  title,
  empty,
  rows,
  fileColumns,
  file,
  children,
}: {
  title: string;
  empty: string;
  rows: Row[];
  fileColumns: Column<Row>[];
  file: string;
  children: ReactNode;
}) {
  return (
    <section aria-label={title} className="border-t border-line py-2">
      <header className="flex min-h-8 items-center justify-between px-4">
        <h3 className="text-sm font-semibold">{title}</h3>
        {rows.length > 0 && <SaveAsCsv name={file} columns={fileColumns} rows={() => rows} />}
      </header>
      {rows.length ? children : <p className="px-4 py-1 text-sm text-muted">{empty}</p>}
    </section>
  );
}
