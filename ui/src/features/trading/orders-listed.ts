import { useMemo } from "react";

import { useOrders } from "../../api/book";
import { answered, api } from "../../api/client";
import type { AskPage } from "../../api/pages";
import type { Order } from "../../api/types";
import { useMoment } from "../../state/moment";
import { useAskedAgain, usePages } from "./pages-listed";
import { type HistoryFilter, isBehind, withLive } from "./lists";

/** Orders of an account that pass, by the statuses that they have now, or had as of a position. */
function askOrders(accountId: string, filter: HistoryFilter, asOf: string | null): AskPage<Order> {
  return (cursor, limit, signal) => {
    const query = {
      account_id: accountId,
      limit,
      ...(asOf !== null && { as_of: asOf }),
      ...(cursor && { cursor }),
      ...(filter.status && { status: filter.status }),
      ...(filter.side && { side: filter.side }),
      ...(filter.instrument && { instrument: filter.instrument }),
    };
    return answered(api.GET("/v1/orders", { params: { query }, ...(signal && { signal }) }));
  };
}

/** Every order of the account, however far back; now, what happens comes on top. */
export function useOrdersListed(accountId: string, filter: HistoryFilter) {
  const asOf = useMoment((moment) => moment.asOf);
  const live = useOrders(accountId);
  const pages = usePages(["orders-listed", accountId, filter, asOf], askOrders(accountId, filter, asOf));
  const { rows: listed, isWhole, retry } = pages;
  const isNow = asOf === null;
  const isOutdated = useMemo(
    () => isNow && listed !== undefined && live !== undefined && isBehind(listed, live),
    [listed, live, isNow],
  );
  useAskedAgain(isOutdated, retry);
  const rows = useMemo(
    () => (listed && isNow ? withLive(listed, live ?? [], filter, isWhole) : listed),
    [listed, live, filter, isWhole, isNow],
  );
  return { ...pages, rows };
}
