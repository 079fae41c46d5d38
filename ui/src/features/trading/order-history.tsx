import { useMemo, useState } from "react";

import { Choice } from "../../design/controls";
import { Empty } from "../../design/panel";
import { SaveAsCsv, Table } from "../../design/table";
import { useMedia, wideDesk } from "../../design/use-media";
import { everything, type HistoryFilter } from "./lists";
import { type Instruments, useOrderColumns } from "./order-columns";
import { type Status, statuses } from "./order-words";
import { useOrdersListed } from "./orders-listed";
import { Rows } from "./rows";
import { Tools } from "./tools";

const shownNames = {
  wide: ["time", "instrument", "kind", "quantity", "price", "stop", "filled", "average", "status", "links"],
  narrow: ["time", "instrument", "kind", "status", "quantity", "priceOrStop", "filled", "average", "links"],
} as const;
/** What a file gets, whatever the window has room for. */
const fileNames = [
  "id",
  "side",
  "type",
  "time",
  "instrument",
  "quantity",
  "price",
  "stop",
  "filled",
  "average",
  "status",
] as const;

export function OrderHistory({ accountId, instruments }: { accountId: string; instruments: Instruments }) {
  const [filter, setFilter] = useState(everything);
  const history = useOrdersListed(accountId, filter);
  const columns = useOrderColumns(history.rows ?? [], instruments);
  const room = useMedia(wideDesk) ? "wide" : "narrow";
  const shown = useMemo(() => shownNames[room].map((name) => columns[name]), [columns, room]);
  return (
    <>
      <Tools>
        <SaveAsCsv name="orders" columns={fileNames.map((name) => columns[name])} rows={history.all} />
      </Tools>
      <Filters filter={filter} instruments={instruments} onChoose={setFilter} />
      <Rows {...history}>
        {(rows) =>
          rows.length ? (
            <Table
              caption="Order history"
              columns={shown}
              rows={rows}
              rowKey={(order) => order.order_id}
              pages={history}
            />
          ) : (
            <Empty title={filter === everything ? "No orders yet" : "No order is like that"}>
              {filter === everything ? "Place one with the ticket." : "Choose other filters."}
            </Empty>
          )
        }
      </Rows>
    </>
  );
}

function Filters({
  filter,
  instruments,
  onChoose,
}: {
  filter: HistoryFilter;
  instruments: Instruments;
  onChoose: (filter: HistoryFilter) => void;
}) {
  const choose = (changes: Partial<HistoryFilter>) => {
    const next = { ...filter, ...changes };
    onChoose(Object.values(next).some(Boolean) ? next : everything);
  };
  return (
    <div
      className="flex shrink-0 gap-2 overflow-x-auto border-b border-line px-3 py-1.5 text-sm [&_select]:h-7 [&_select]:touch:h-10"
      data-print="no"
    >
      <Choice
        label="Status"
        value={filter.status}
        onChange={(event) => {
          choose({ status: event.target.value as HistoryFilter["status"] });
        }}
      >
        <option value="">Any status</option>
        <option value="open">open</option>
        {(Object.keys(statuses) as Status[]).map((status) => (
          <option key={status} value={status}>
            {statuses[status].word}
          </option>
        ))}
      </Choice>
      <Choice
        label="Side"
        value={filter.side}
        onChange={(event) => {
          choose({ side: event.target.value as HistoryFilter["side"] });
        }}
      >
        <option value="">Both sides</option>
        <option value="buy">Buy</option>
        <option value="sell">Sell</option>
      </Choice>
      <Choice
        label="Instrument"
        value={filter.instrument}
        onChange={(event) => {
          choose({ instrument: event.target.value });
        }}
      >
        <option value="">All instruments</option>
        {[...instruments.values()].map((each) => (
          <option key={each.instrument_id} value={each.instrument_id}>
            {each.symbol}
          </option>
        ))}
      </Choice>
    </div>
  );
}
