import { useMemo } from "react";

import type { Instrument, Order } from "../../api/types";
import { Explained } from "../../design/explained";
import { Aligned, longest } from "../../design/figure";
import type { Column } from "../../design/table";
import { narrow, useMedia } from "../../design/use-media";
import { none, OrderLinks, Price, Side, When } from "./cells";
import { kinds, reasonOf, statuses, terms } from "./order-words";
import { Status } from "./status";

export type Instruments = ReadonlyMap<string, Instrument>;

const quantityOf = (order: Order) => order.quantity ?? order.quote_quantity ?? "0";

/** The columns that tell what an order is and how it stands; the same ones as long as their widths are. */
export function useOrderColumns(orders: readonly Order[], instruments: Instruments) {
  const decimals = longest(orders.map(quantityOf));
  const filled = longest(orders.map((order) => order.filled_quantity));
  const isNarrow = useMedia(narrow);
  return useMemo(
    () => orderColumns(decimals, filled, instruments, isNarrow),
    [decimals, filled, instruments, isNarrow],
  );
}

type Of = (order: Order) => Instrument | undefined;

/** `isNarrow`: two columns also tell in small what those tell for which there is no room. */
function orderColumns(decimals: number, filled: number, instruments: Instruments, isNarrow: boolean) {
  const of: Of = (order) => instruments.get(order.instrument);
  return { ...whatItIs(of, isNarrow), ...whatItAsks(of, decimals, isNarrow), ...howItStands(of, filled) };
}

function whatItIs(of: Of, isNarrow: boolean) {
  return columns({
    time: {
      title: "Time",
      wide: true,
      cell: (order) => <When at={order.created_at} />,
      text: (order) => order.created_at,
    },
    instrument: {
      title: "Instrument",
      cell: (order) => (
        <>
          <span className="font-medium">{of(order)?.symbol ?? order.instrument}</span>
          {isNarrow && (
            <span className="block text-xs text-muted">
              <Side side={order.side} /> {kinds[order.type].toLowerCase()}
            </span>
          )}
        </>
      ),
      text: (order) => order.instrument,
    },
    side: {
      title: "Side",
      wide: true,
      cell: (order) => <Side side={order.side} />,
      text: (order) => order.side,
    },
    type: {
      title: "Type",
      wide: true,
      cell: (order) => (
        <>
          {kinds[order.type]}
          {terms(order) && <span className="ml-1.5 text-xs text-muted">{terms(order)}</span>}
        </>
      ),
      text: (order) => order.type,
    },
    /** Side and type in one, where there is little room. */
    kind: {
      title: "Order",
      wide: true,
      cell: (order) => (
        <>
          <Side side={order.side} /> {kinds[order.type].toLowerCase()}
          {terms(order) && (
            <span
              title={terms(order)}
              className="ml-1.5 inline-block max-w-8 truncate align-bottom text-xs text-muted 2xl:max-w-none"
            >
              {terms(order)}
            </span>
          )}
        </>
      ),
    },
    id: { title: "Order id", wide: true, cell: (order) => order.order_id, text: (order) => order.order_id },
  });
}

function whatItAsks(of: Of, decimals: number, isNarrow: boolean) {
  return columns({
    quantity: {
      title: "Quantity",
      figure: true,
      cell: (order) => (
        <>
          <Aligned decimal={quantityOf(order)} decimals={decimals} />
          {!order.quantity && <span className="ml-1 text-xs text-muted">{of(order)?.quote_asset}</span>}
          {isNarrow && (
            <span className="block text-xs text-muted">
              {(order.price ?? order.stop_price) ? (
                <Price price={order.price ?? order.stop_price ?? ""} instrument={of(order)} />
              ) : (
                "market"
              )}
            </span>
          )}
        </>
      ),
      text: quantityOf,
    },
    price: {
      title: "Price",
      figure: true,
      wide: true,
      cell: (order) =>
        order.price ? (
          <Price price={order.price} instrument={of(order)} />
        ) : (
          <span className="text-muted">market</span>
        ),
      text: (order) => order.price ?? "",
    },
    stop: {
      title: "Trigger",
      figure: true,
      wide: true,
      cell: (order) => (order.stop_price ? <Price price={order.stop_price} instrument={of(order)} /> : none),
      text: (order) => order.stop_price ?? "",
    },
    /** What it trades at or waits for in one, where there is little room. */
    priceOrStop: {
      title: "Price",
      figure: true,
      wide: true,
      cell: (order) => {
        const price = order.price ?? order.stop_price;
        if (!price) return <span className="text-muted">market</span>;
        return (
          <span className={order.price ? "" : "text-muted"}>
            {!order.price && <span className="sr-only">trigger </span>}
            <Price price={price} instrument={of(order)} />
          </span>
        );
      },
      text: (order) => order.price ?? order.stop_price ?? "",
    },
  });
}

function howItStands(of: Of, filled: number) {
  return columns({
    filled: {
      title: "Filled",
      figure: true,
      wide: true,
      cell: (order) =>
        order.filled_quantity === "0" ? (
          none
        ) : (
          <Explained of={`order:${order.order_id}:filled_quantity`}>
            <Aligned decimal={order.filled_quantity} decimals={filled} />
          </Explained>
        ),
      text: (order) => order.filled_quantity,
    },
    average: {
      title: "Average",
      figure: true,
      wide: true,
      cell: (order) =>
        order.average_price ? (
          <Explained of={`order:${order.order_id}:average_price`}>
            <Price price={order.average_price} instrument={of(order)} />
          </Explained>
        ) : (
          none
        ),
      text: (order) => order.average_price ?? "",
    },
    status: {
      title: "Status",
      cell: (order) => <Status order={order} />,
      text: (order) => [statuses[order.status].word, reasonOf(order)].filter(Boolean).join(": "),
    },
    links: {
      title: "",
      wide: true,
      roomWhilePassing: "w-14 touch:w-20",
      cell: (order) => (
        <span className="flex justify-end">
          <OrderLinks order={order} />
        </span>
      ),
    },
  });
}

/** Keeps the names of columns, each of which is like any other. */
const columns = <Name extends string>(named: Record<Name, Column<Order>>) => named;
