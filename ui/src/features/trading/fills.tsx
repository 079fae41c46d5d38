import { useMemo } from "react";

import { useFills } from "../../api/book";
import { answered, api } from "../../api/client";
import type { Fill } from "../../api/types";
import { Copy } from "../../design/copy";
import { Explained } from "../../design/explained";
import { Aligned, longest } from "../../design/figure";
import { Empty } from "../../design/panel";
import { type Column, SaveAsCsv, Table } from "../../design/table";
import { useMoment } from "../../state/moment";
import { usePages } from "./book-at";
import { none, Price, Side, ToJournal, When } from "./cells";
import { fillsWithLive } from "./lists";
import type { Instruments } from "./order-columns";
import { Rows } from "./rows";
import { Tools } from "./tools";

function useFillColumns(fills: Fill[], instruments: Instruments): Column<Fill>[] {
  const quantities = longest(fills.map((fill) => fill.quantity));
  const fees = longest(fills.map((fill) => fill.fee));
  return useMemo(() => fillColumns(quantities, fees, instruments), [quantities, fees, instruments]);
}

function fillColumns(quantities: number, fees: number, instruments: Instruments): Column<Fill>[] {
  const of = (fill: Fill) => instruments.get(fill.instrument);
  return [
    { title: "Time", wide: true, cell: (fill) => <When at={fill.at} />, text: (fill) => fill.at },
    {
      title: "Instrument",
      cell: (fill) => <span className="font-medium">{of(fill)?.symbol ?? fill.instrument}</span>,
      text: (fill) => fill.instrument,
    },
    { title: "Side", cell: (fill) => <Side side={fill.side} />, text: (fill) => fill.side },
    {
      title: "Quantity",
      figure: true,
      cell: (fill) => <Aligned decimal={fill.quantity} decimals={quantities} />,
      text: (fill) => fill.quantity,
    },
    {
      title: "Price",
      figure: true,
      cell: (fill) => <Price price={fill.price} instrument={of(fill)} />,
      text: (fill) => fill.price,
    },
    {
      title: "Fee",
      figure: true,
      wide: true,
      cell: (fill) => (
        <Explained of={`fill:${fill.account_id}:${fill.position}:fee`}>
          <Aligned decimal={fill.fee} decimals={fees} />
        </Explained>
      ),
      text: (fill) => fill.fee,
    },
    {
      title: "In",
      wide: true,
      cell: (fill) => <span className="text-muted">{fill.fee_asset}</span>,
      text: (fill) => fill.fee_asset,
    },
    {
      title: "As",
      wide: true,
      cell: (fill) => fill.liquidity ?? none,
      text: (fill) => fill.liquidity ?? "",
    },
    {
      title: "",
      wide: true,
      cell: (fill) => (
        <span className="flex justify-end">
          <Copy className="size-7" text={fill.fill_id} label="Copy the id of the fill" />
          <ToJournal path={`/journal/${fill.position}`} label="Show its event in the journal" />
        </span>
      ),
    },
  ];
}

const ids: Column<Fill>[] = [
  { title: "Fill id", cell: (fill) => fill.fill_id, text: (fill) => fill.fill_id },
  { title: "Order id", cell: (fill) => fill.order_id, text: (fill) => fill.order_id ?? "" },
  { title: "Position", cell: (fill) => fill.position, text: (fill) => fill.position },
];

/** Every trade of the account, the newest first. */
export function Fills({ accountId, instruments }: { accountId: string; instruments: Instruments }) {
  const asOf = useMoment((moment) => moment.asOf);
  const live = useFills(accountId) ?? [];
  const pages = usePages(["fills-listed", accountId, asOf], (cursor, limit, signal) => {
    const query = { limit, ...(cursor && { cursor }), ...(asOf !== null && { as_of: asOf }) };
    const params = { path: { account_id: accountId }, query };
    return answered(api.GET("/v1/accounts/{account_id}/fills", { params, ...(signal && { signal }) }));
  });
  const rows = pages.rows && (asOf === null ? fillsWithLive(pages.rows, live) : pages.rows);
  const columns = useFillColumns(rows ?? [], instruments);
  return (
    <Rows {...pages} rows={rows}>
      {(fills) =>
        fills.length ? (
          <>
            <Tools>
              <SaveAsCsv name="fills" columns={[...ids, ...columns]} rows={pages.all} />
            </Tools>
            <Table
              caption="Fills"
              columns={columns}
              rows={fills}
              rowKey={(fill) => fill.position}
              onEnd={pages.more}
            />
          </>
        ) : (
          <Empty title="No fills yet">What your orders trade stands here, fill by fill.</Empty>
        )
      }
    </Rows>
  );
}
