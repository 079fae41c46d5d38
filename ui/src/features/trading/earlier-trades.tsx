import { answered, api } from "../../api/client";
import { Empty } from "../../design/panel";
import { SaveAsCsv, Table } from "../../design/table";
import { usePages } from "./pages-listed";
import { fillIds, useFillColumns } from "./fill-columns";
import type { Instruments } from "./order-columns";
import { Rows } from "./rows";
import { Tools } from "./tools";

/** What was traded on the account at its venue before this book began, the newest first. */
export function EarlierTrades({ accountId, instruments }: { accountId: string; instruments: Instruments }) {
  const pages = usePages(["earlier-fills", accountId], (cursor, limit, signal) => {
    const params = { path: { account_id: accountId }, query: { limit, ...(cursor && { cursor }) } };
    return answered(
      api.GET("/v1/accounts/{account_id}/earlier-fills", { params, ...(signal && { signal }) }),
    );
  });
  const columns = useFillColumns(pages.rows ?? [], instruments);
  return (
    <Rows {...pages}>
      {(fills) =>
        fills.length ? (
          <>
            <Tools>
              <SaveAsCsv name="earlier trades" columns={[...fillIds, ...columns]} rows={pages.all} />
            </Tools>
            <Table
              caption="Earlier trades"
              columns={columns}
              rows={fills}
              rowKey={(fill) => fill.position}
              pages={pages}
            />
          </>
        ) : (
          <Empty title="No earlier trades">
            What was traded at the venue in the 90 days before the account was connected stands here. It is in
            what this book began with, and booked nowhere else.
          </Empty>
        )
      }
    </Rows>
  );
}
