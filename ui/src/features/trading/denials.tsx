import { useOrders } from "../../api/book";
import { answered, api } from "../../api/client";
import type { Order } from "../../api/types";
import { figure } from "../../design/figures";
import { Empty } from "../../design/panel";
import { type Column, SaveAsCsv, Table } from "../../design/table";
import { useOrdersShown, usePages } from "./book-at";
import { everything, withLive } from "./lists";
import { type Instruments, useOrderColumns } from "./order-columns";
import { Rows } from "./rows";
import { Tools } from "./tools";

const filter = { ...everything, status: "denied" as const };
const words = (name: string) => name.replaceAll("_", " ");

const detail: Column<Order> = {
  title: "Detail",
  cell: (order) => order.reason,
  text: (order) => order.reason,
};

function figures(order: Order): [string, string][] {
  return Object.entries(order.figures ?? {});
}

/** What the risk check refused, with its code and the figures behind it. */
export function Denials({ accountId, instruments }: { accountId: string; instruments: Instruments }) {
  const past = useOrdersShown(accountId);
  const live = useOrders(accountId) ?? [];
  const pages = usePages(
    ["orders-listed", accountId, filter],
    (cursor, limit, signal) => {
      const query = { account_id: accountId, status: "denied", limit, ...(cursor && { cursor }) };
      return answered(api.GET("/v1/orders", { params: { query }, ...(signal && { signal }) }));
    },
    !past.isPast,
  );
  const rows = past.isPast
    ? past.rows?.filter((order) => order.status === "denied")
    : pages.rows && withLive(pages.rows, live, filter);
  const columns = useOrderColumns(rows ?? [], instruments);
  const shown: Column<Order>[] = [
    columns.time,
    columns.instrument,
    columns.kind,
    columns.quantity,
    columns.price,
    {
      title: "Why",
      cell: (order) => (
        <span title={order.reason} className="block max-w-64 truncate max-sm:max-w-44 min-[120rem]:max-w-2xl">
          {words(order.code ?? "")}
          <span className="ml-2 text-xs text-muted">{order.reason}</span>
        </span>
      ),
      text: (order) => order.code ?? "",
    },
    {
      title: "Figures",
      wide: true,
      cell: (order) => (
        <span
          className="block max-w-44 truncate text-xs min-[120rem]:max-w-2xl text-muted tabular-nums"
          title={figures(order)
            .map(([name, value]) => `${words(name)} ${value}`)
            .join("\n")}
        >
          {figures(order)
            .map(
              ([name, value]) =>
                `${words(name)} ${/^-?\d+(\.\d+)?$/.test(value) ? figure(value) : words(value)}`,
            )
            .join(" · ")}
        </span>
      ),
      text: (order) =>
        figures(order)
          .map(([name, value]) => `${name}=${value}`)
          .join("; "),
    },
    columns.links,
  ];
  const isShown = past.isPast ? past : pages;
  return (
    <Rows rows={rows} error={isShown.error} retry={isShown.retry}>
      {(denied) =>
        denied.length ? (
          <>
            <Tools>
              <SaveAsCsv
                name="denials"
                columns={[columns.id, columns.side, columns.type, detail, ...shown]}
                rows={past.isPast ? () => denied : pages.all}
              />
            </Tools>
            <Table
              caption="Denials"
              columns={shown}
              rows={denied}
              rowKey={(order) => order.order_id}
              onEnd={pages.more}
            />
          </>
        ) : (
          <Empty title="Nothing was denied">
            What the risk check refuses stands here, with the figures behind it.
          </Empty>
        )
      }
    </Rows>
  );
}
