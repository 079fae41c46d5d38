import { skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";

import { type Frame, useChannel } from "./live";
import { isOver } from "./orders";
import { merged, type Rows, withoutAdopted } from "./rows";
import type { Balance, Fill, Order, Position } from "./types";

const orderId = (order: Order) => order.order_id;
const isClosed = (order: Order) => isOver(order.status);
const assetOf = (balance: Balance) => balance.asset;
/** Which of its account's positions it is: in hedge mode an instrument has two. */
export const positionKey = (position: Pick<Position, "instrument" | "position_side">) =>
  position.position_side === "net" ? position.instrument : `${position.instrument}:${position.position_side}`;
const positionOf = (fill: Fill) => fill.position;
const ordersKey = (accountId: string) => ["orders", accountId] as const;

type Kind = "orders" | "balances" | "positions" | "fills";

/** What a channel of the book says of an account; undefined until its first snapshot. */
function useRows<Row>(
  kind: Kind,
  accountId: string,
  keyOf: (row: Row) => string,
  mayGo?: (row: Row) => boolean,
) {
  const queries = useQueryClient();
  const keep = useCallback(
    (frame: Frame) => {
      queries.setQueryData<Rows<Row>>([kind, accountId], (known) => merged(known, frame, keyOf, mayGo));
    },
    [queries, kind, accountId, keyOf, mayGo],
  );
  useChannel(`${kind}:${accountId}`, keep, true);
  const { data } = useQuery<Rows<Row>>({
    queryKey: [kind, accountId],
    queryFn: skipToken,
    gcTime: Infinity,
  });
  return useMemo(() => data && [...data.values()].map((each) => each.row), [data]);
}

/** The account's orders, the newest first: all that are open, and the newest of the others. */
export function useOrders(accountId: string): Order[] | undefined {
  return useRows("orders", accountId, orderId, isClosed);
}

/** What the account has, by asset. */
export function useBalances(accountId: string): Balance[] | undefined {
  return useRows("balances", accountId, assetOf)?.toSorted((a, b) => a.asset.localeCompare(b.asset));
}

/** What the account has traded into, by instrument. */
export function usePositions(accountId: string): Position[] | undefined {
  return useRows<Position>("positions", accountId, positionKey)?.toSorted((a, b) =>
    positionKey(a).localeCompare(positionKey(b)),
  );
}

/** The account's newest fills, the newest first. */
export function useFills(accountId: string): Fill[] | undefined {
  const fills = useRows("fills", accountId, positionOf);
  return useMemo(() => fills && withoutAdopted(fills), [fills]);
}

/** Reads what is known of the account's orders now. */
export function useKnownOrders(accountId: string) {
  const queries = useQueryClient();
  return useCallback(
    () =>
      [...(queries.getQueryData<Rows<Order>>(ordersKey(accountId))?.values() ?? [])].map((each) => each.row),
    [queries, accountId],
  );
}

/** Take in the answer to a command, which may be here before the stream tells of it. */
export function useTakeIn() {
  const queries = useQueryClient();
  return (answer: { order: Order; journal_position: string }) => {
    queries.setQueryData<Rows<Order>>(ordersKey(answer.order.account_id), (known) =>
      merged(
        known,
        { type: "change", position: answer.journal_position, data: answer.order },
        orderId,
        isClosed,
      ),
    );
  };
}
