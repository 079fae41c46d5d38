import { useMemo } from "react";

import type { EarlierFill, Fill } from "../../api/types";
import { Copy } from "../../design/copy";
import { Explained } from "../../design/explained";
import { Aligned, longest } from "../../design/figure";
import type { Column } from "../../design/table";
import { none, Price, Side, ToJournal, When } from "./cells";
import type { Instruments } from "./order-columns";

type Traded = Fill | EarlierFill;

export function useFillColumns(fills: Traded[], instruments: Instruments): Column<Traded>[] {
  const quantities = longest(fills.map((fill) => fill.quantity));
  const fees = longest(fills.map((fill) => fill.fee));
  return useMemo(() => fillColumns(quantities, fees, instruments), [quantities, fees, instruments]);
}

function fillColumns(quantities: number, fees: number, instruments: Instruments): Column<Traded>[] {
  const of = (fill: Traded) => instruments.get(fill.instrument);
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
      cell: (fill) => {
        const fee = <Aligned decimal={fill.fee} decimals={fees} />;
        if (!isBooked(fill)) return fee;
        return <Explained of={`fill:${fill.account_id}:${fill.position}:fee`}>{fee}</Explained>;
      },
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
      roomWhilePassing: "w-14 touch:w-20",
      cell: (fill) => (
        <span className="flex justify-end">
          <Copy className="size-7" text={fill.fill_id} label="Copy the id of the fill" />
          <ToJournal path={`/journal/${fill.position}`} label="Show its event in the journal" />
        </span>
      ),
    },
  ];
}

/** What only a file of them has. */
export const fillIds: Column<Traded>[] = [
  { title: "Fill id", cell: (fill) => fill.fill_id, text: (fill) => fill.fill_id },
  { title: "Order id", cell: orderId, text: (fill) => orderId(fill) ?? "" },
  { title: "Position", cell: (fill) => fill.position, text: (fill) => fill.position },
];

/** Ours where it was placed here, else the venue's. */
function orderId(fill: Traded): string | null {
  return isBooked(fill) ? fill.order_id : fill.venue_order_id;
}

function isBooked(fill: Traded): fill is Fill {
  return "order_id" in fill;
}
