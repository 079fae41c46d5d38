import { compared } from "../../design/decimals";
import { Aligned, longest } from "../../design/figure";
import { figure } from "../../design/figures";
import { SaveAsCsv } from "../../design/table";
import { useTimes } from "../../design/times";
import { eventFile, fillFile, postingFile } from "./files";
import { Check, EventLink, Part } from "./parts";
import { summed } from "./recomputed";
import type { Document } from "./use-explanation";

/** Every page of the explanation, for a file. */
type All = () => Promise<Document[]>;

/** The postings behind a figure, summed up. */
export function Postings({
  document: { of, value },
  postings,
  isWhole,
  all,
}: {
  document: Document;
  postings: Document["postings"];
  /** Whether all postings behind the figure are here. */
  isWhole: boolean;
  all: All;
}) {
  if (!postings.length) return null;
  const decimals = longest(postings.map((each) => each.amount));
  const sum = summed(postings.map((each) => each.amount));
  const isBalance = of.startsWith("balance:");
  return (
    <Part
      title={`Postings (${postings.length}${isWhole ? "" : " so far"})`}
      aside={
        <SaveAsCsv
          name="postings"
          columns={postingFile}
          rows={async () => (await all()).flatMap((page) => page.postings)}
        />
      }
    >
      <table className="w-full text-sm tabular-nums">
        <caption className="sr-only">Postings behind the figure, the newest first</caption>
        <thead className="text-left text-xs text-muted">
          <tr>
            <th scope="col" className="py-1 font-medium">
              Event
            </th>
            <th scope="col" className="font-medium">
              Account
            </th>
            <th scope="col" className="text-right font-medium">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {postings.map((each) => (
            <tr key={`${each.position} ${each.line}`} className="border-t border-line/60">
              <td className="py-1">
                <EventLink position={each.position}>{figure(each.position)}</EventLink>
              </td>
              <td>{each.ledger_account}</td>
              <td className="text-right">
                <Aligned decimal={each.amount} decimals={decimals} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr className="border-t border-line font-medium">
            <th scope="row" colSpan={2} className="py-1.5 text-left font-medium">
              {isWhole ? "Sum" : "Sum so far"}
            </th>
            <td className="text-right">
              <Aligned decimal={sum} decimals={decimals} />
            </td>
          </tr>
        </tfoot>
      </table>
      {isBalance && isWhole && value !== null && (
        <Check isGood={compared(sum, value) === 0}>
          {compared(sum, value) === 0
            ? "Summed up here: the postings give the figure."
            : "Summed up here: the postings do not give the figure."}
        </Check>
      )}
    </Part>
  );
}

/** The fills behind a figure. */
export function Fills({ fills, all }: { fills: Document["fills"]; all: All }) {
  if (!fills.length) return null;
  return (
    <Part
      title="Fills"
      aside={
        <SaveAsCsv
          name="fills"
          columns={fillFile}
          rows={async () => (await all()).flatMap((page) => page.fills)}
        />
      }
    >
      <table className="w-full text-sm tabular-nums">
        <caption className="sr-only">Fills behind the figure, the newest first</caption>
        <thead className="text-xs text-muted">
          <tr>
            <th scope="col" className="py-1 text-left font-medium">
              Side
            </th>
            <th scope="col" className="text-right font-medium">
              Quantity
            </th>
            <th scope="col" className="text-right font-medium">
              Price
            </th>
            <th scope="col" className="text-right font-medium">
              Fee
            </th>
          </tr>
        </thead>
        <tbody>
          {fills.map((each) => (
            <tr key={each.fill_id} className="border-t border-line/60">
              <td className="py-1">{each.side}</td>
              <td className="text-right">{figure(each.quantity)}</td>
              <td className="text-right">{figure(each.price)}</td>
              <td className="text-right">
                {figure(each.fee)} <span className="text-xs text-muted">{each.fee_asset}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}

/** The events behind a figure. */
export function Events({ events, all }: { events: Document["events"]; all: All }) {
  const times = useTimes();
  if (!events.length) return null;
  return (
    <Part
      title="Events"
      aside={
        <SaveAsCsv
          name="events"
          columns={eventFile}
          rows={async () => (await all()).flatMap((page) => page.events)}
        />
      }
    >
      <ol aria-label="Events behind the figure" className="text-sm">
        {events.map(({ position, type, recorded_at }) => (
          <li
            key={position}
            className="flex min-h-8 items-center gap-3 border-t border-line/60 first:border-0 touch:min-h-10"
          >
            <EventLink position={position}>{figure(position)}</EventLink>
            <span className="min-w-0 flex-1 truncate">{type.split(".").at(-1)}</span>
            <time dateTime={recorded_at} className="text-xs text-muted tabular-nums">
              {times.full(recorded_at)}
            </time>
          </li>
        ))}
      </ol>
    </Part>
  );
}
