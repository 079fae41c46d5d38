import { useMemo } from "react";

import { useFills } from "../../api/book";
import { answered, api } from "../../api/client";
import { Empty } from "../../design/panel";
import { SaveAsCsv, Table } from "../../design/table";
import { useMoment } from "../../state/moment";
import { useAskedAgain, usePages } from "./pages-listed";
import { fillIds, useFillColumns } from "./fill-columns";
import { areFillsBehind, fillsWithLive } from "./lists";
import type { Instruments } from "./order-columns";
import { Rows } from "./rows";
import { Tools } from "./tools";

/** Every trade of the account, the newest first. */
export function Fills({ accountId, instruments }: { accountId: string; instruments: Instruments }) {
  const asOf = useMoment((moment) => moment.asOf);
  const live = useFills(accountId);
  const pages = usePages(["fills-listed", accountId, asOf], (cursor, limit, signal) => {
    const query = { limit, ...(cursor && { cursor }), ...(asOf !== null && { as_of: asOf }) };
    const params = { path: { account_id: accountId }, query };
    return answered(api.GET("/v1/accounts/{account_id}/fills", { params, ...(signal && { signal }) }));
  });
  const { rows: listed, retry } = pages;
  const isNow = asOf === null;
  const rows = useMemo(
    () => (listed && isNow ? fillsWithLive(listed, live ?? []) : listed),
    [listed, live, isNow],
  );
  useAskedAgain(isNow && listed !== undefined && areFillsBehind(listed, live ?? []), retry);
  const columns = useFillColumns(rows ?? [], instruments);
  return (
    <Rows {...pages} rows={rows}>
      {(fills) =>
        fills.length ? (
          <>
            <Tools>
              <SaveAsCsv name="fills" columns={[...fillIds, ...columns]} rows={pages.all} />
            </Tools>
            <Table
              caption="Fills"
              columns={columns}
              rows={fills}
              rowKey={(fill) => fill.position}
              pages={pages}
            />
          </>
        ) : (
          <Empty title="No fills yet">What your orders trade stands here, fill by fill.</Empty>
        )
      }
    </Rows>
  );
}
