import { useAccounts } from "../../api/accounts";
import { denialFigures, denialText, denialTitle } from "../../api/denials";
import type { Order } from "../../api/types";
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

const denialOf = (order: Order) => ({ code: order.code, detail: order.reason, figures: order.figures });

/** What the risk check refused, with its code and the figures behind it. */
export function Denials({ accountId, instruments }: { accountId: string; instruments: Instruments }) {
  const listed = useOrdersListed(accountId, filter);
  const columns = useOrderColumns(listed.rows ?? [], instruments);
  const baseAsset = useAccounts().data?.find((each) => each.account_id === accountId)?.base_asset;
  const denied = ({ instrument }: Order) => ({
    symbol: instruments.get(instrument)?.symbol ?? instrument,
    baseAsset,
  });
  const why = (order: Order) => denialText(denialOf(order), denied(order));
  const behind = (order: Order) =>
    denialFigures(denialOf(order), denied(order)).map((each) => each.join(" "));
  const shown: Column<Order>[] = [
    columns.time,
    columns.instrument,
    columns.kind,
    columns.quantity,
    columns.price,
    {
      title: "Why",
      cell: (order) => (
        <span title={why(order)} className="block max-w-64 truncate max-sm:max-w-44 min-[120rem]:max-w-2xl">
          {denialTitle(order)}
          <span className="ml-2 text-xs text-muted">{why(order)}</span>
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
          title={behind(order).join("\n")}
        >
          {behind(order).join(" · ")}
        </span>
      ),
      text: (order) =>
        Object.entries(order.figures ?? {})
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
              pages={listed}
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
