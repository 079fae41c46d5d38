import { spoken } from "../../design/words";
import type { Order } from "../../api/types";
import { figure } from "../../design/figures";
import { Empty } from "../../design/panel";
import { type Column, SaveAsCsv, Table } from "../../design/table";
import { everything } from "./lists";
import { type Instruments, useOrderColumns } from "./order-columns";
import { useOrdersListed } from "./orders-listed";
import { Rows } from "./rows";
import { Tools } from "./tools";

const filter = { ...everything, status: "denied" as const };

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
  const listed = useOrdersListed(accountId, filter);
  const columns = useOrderColumns(listed.rows ?? [], instruments);
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
          {spoken(order.code ?? "")}
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
            .map(([name, value]) => `${spoken(name)} ${value}`)
            .join("\n")}
        >
          {figures(order)
            .map(
              ([name, value]) =>
                `${spoken(name)} ${/^-?\d+(\.\d+)?$/.test(value) ? figure(value) : spoken(value)}`,
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
  return (
    <Rows {...listed}>
      {(denied) =>
        denied.length ? (
          <>
            <Tools>
              <SaveAsCsv
                name="denials"
                columns={[columns.id, columns.side, columns.type, detail, ...shown]}
                rows={listed.all}
              />
            </Tools>
            <Table
              caption="Denials"
              columns={shown}
              rows={denied}
              rowKey={(order) => order.order_id}
              onEnd={listed.more}
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
