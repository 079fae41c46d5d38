import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleAlert, CircleCheck } from "lucide-react";
import type { ReactNode } from "react";

import { answered, api } from "../../api/client";
import type { components } from "../../api/generated/schema";
import { Button, Problem } from "../../design/controls";
import { Copy } from "../../design/copy";
import { compared } from "../../design/decimals";
import { Aligned, longest } from "../../design/figure";
import { figure } from "../../design/figures";
import { Skeleton } from "../../design/panel";
import { useTimes } from "../../design/times";
import { explain } from "../../state/explained";
import { linkTo } from "./explain-panel";
import { agrees, decimalShown, summed } from "./recomputed";

type Document = components["schemas"]["Explanation"];

const pageEvents = 50;

function useExplanation(of: string, asOf: string | null) {
  return useInfiniteQuery({
    queryKey: ["explain", of, asOf],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const query = {
        of,
        limit: pageEvents,
        ...(asOf && { as_of: asOf }),
        ...(pageParam && { cursor: pageParam }),
      };
      return answered(api.GET("/v1/explain", { params: { query } }));
    },
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 0,
    refetchOnWindowFocus: false,
  });
}

/** Formula, value, inputs, and the postings, fills and events behind them. */
export function Explanation({ of, shown, asOf }: { of: string; shown: string; asOf: string | null }) {
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useExplanation(
    of,
    asOf,
  );
  if (isPending) return <Skeleton rows={10} />;
  if (error && !data)
    return (
      <div className="space-y-3">
        <Problem title="This figure cannot be explained">{error.message}</Problem>
        <Button
          tone="quiet"
          onClick={() => {
            void refetch();
          }}
        >
          Try again
        </Button>
      </div>
    );
  const [first] = data.pages;
  if (!first) return null;
  return (
    <div className="space-y-5">
      <Value document={first} shown={shown} of={of} />
      <Inputs inputs={first.inputs} />
      <Postings
        document={first}
        postings={data.pages.flatMap((page) => page.postings)}
        isWhole={!hasNextPage}
      />
      <Fills fills={data.pages.flatMap((page) => page.fills)} />
      <Events events={data.pages.flatMap((page) => page.events)} />
      {hasNextPage && (
        <Button
          tone="quiet"
          className="w-full"
          disabled={isFetchingNextPage}
          onClick={() => {
            void fetchNextPage();
          }}
        >
          {isFetchingNextPage ? "Looking …" : "Earlier events"}
        </Button>
      )}
      {error && <Problem>{error.message}</Problem>}
    </div>
  );
}

function Value({
  document: { value, unit, formula },
  shown,
  of,
}: {
  document: Document;
  shown: string;
  of: string;
}) {
  return (
    <div className="space-y-2">
      <div className="flex items-start justify-between gap-2">
        <p className="text-2xl font-semibold wrap-anywhere tabular-nums">
          {value === null ? "unknown" : figure(value)}{" "}
          <span className="text-base font-normal text-muted">{unit}</span>
        </p>
        <Copy label="Copy the link to this explanation" text={linkTo(of)} />
      </div>
      <p className="rounded-control bg-raised px-3 py-2 text-sm">{formula}</p>
      {value !== null && <Agreement shown={shown} value={value} />}
    </div>
  );
}

/** Whether the figure, computed anew from the journal, is the one that stood on the page. */
function Agreement({ shown, value }: { shown: string; value: string }) {
  const isSame = agrees(shown, value);
  if (isSame === null) return null;
  return (
    <Check isGood={isSame}>
      {isSame
        ? "Recomputed: agrees with what the page showed."
        : `Recomputed: the page showed ${figure(decimalShown(shown) ?? "")}. It may have moved on since; close this and look again.`}
    </Check>
  );
}

function Check({ isGood, children }: { isGood: boolean; children: ReactNode }) {
  const Icon = isGood ? CircleCheck : CircleAlert;
  return (
    <p className="flex items-start gap-2 text-sm">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${isGood ? "text-gain" : "text-attention"}`} />
      <span>{children}</span>
    </p>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1 text-sm font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Inputs({ inputs }: { inputs: Document["inputs"] }) {
  const times = useTimes();
  if (!inputs.length) return null;
  return (
    <Part title="Inputs">
      <table className="w-full text-sm tabular-nums">
        <caption className="sr-only">Inputs of the formula</caption>
        <tbody>
          {inputs.map(({ name, value, unit, source, at, position, of }) => (
            <tr
              key={`${name} ${of ?? ""} ${source ?? ""}`}
              className="border-t border-line/60 first:border-0"
            >
              <th scope="row" className="py-1.5 pr-3 text-left font-normal">
                {name.replaceAll("_", " ")}
                {(source ?? at) && (
                  <span className="block text-xs text-muted">
                    {[source, at && times.full(at)].filter(Boolean).join(", ")}
                  </span>
                )}
              </th>
              <td className="text-right">
                <Known position={position ?? null} of={of ?? null}>
                  {value === null ? "unknown" : figure(value)}
                </Known>
                {unit && <span className="ml-1.5 text-xs text-muted">{unit}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}

const linked = "text-accent underline-offset-4 hover:underline";

/** An input leads to its own explanation, or to the event that set it. */
function Known({ position, of, children }: { position: string | null; of: string | null; children: string }) {
  if (of)
    return (
      <button
        type="button"
        title="Explain"
        className={`figure cursor-help ${linked}`}
        onClick={() => {
          explain(of, children);
        }}
      >
        {children}
      </button>
    );
  return position ? <EventLink position={position}>{children}</EventLink> : children;
}

function EventLink({ position, children }: { position: string; children: ReactNode }) {
  return (
    <Link
      to="/journal/$position"
      params={{ position }}
      className={linked}
      onClick={() => {
        explain(null);
      }}
    >
      {children}
    </Link>
  );
}

function Postings({
  document: { of, value },
  postings,
  isWhole,
}: {
  document: Document;
  postings: Document["postings"];
  /** Whether all postings behind the figure are here. */
  isWhole: boolean;
}) {
  if (!postings.length) return null;
  const decimals = longest(postings.map((each) => each.amount));
  const sum = summed(postings.map((each) => each.amount));
  const isBalance = of.startsWith("balance:");
  return (
    <Part title={`Postings (${postings.length}${isWhole ? "" : " so far"})`}>
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

function Fills({ fills }: { fills: Document["fills"] }) {
  if (!fills.length) return null;
  return (
    <Part title="Fills">
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

function Events({ events }: { events: Document["events"] }) {
  const times = useTimes();
  if (!events.length) return null;
  return (
    <Part title="Events">
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
