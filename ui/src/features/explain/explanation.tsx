import { Button, Problem } from "../../design/controls";
import { Copy } from "../../design/copy";
import { figure } from "../../design/figures";
import { Skeleton } from "../../design/panel";
import type { Told } from "../../state/explained";
import { Events, Fills, Postings } from "./evidence";
import { linkTo } from "./explain-panel";
import { Inputs } from "./inputs";
import { Check, EventLink } from "./parts";
import { agrees, decimalShown, formulaParts, isPriced } from "./recomputed";
import { type Document, useExplanation, wholeOf } from "./use-explanation";

/** Formula, value, inputs, and the postings, fills and events behind them. */
export function Explanation({ of, shown, asOf }: { of: string; shown: string; asOf: string | null }) {
  const explained = useExplanation(of, asOf);
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = explained;
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
  const all = () => wholeOf(explained);
  return (
    <div className="space-y-5">
      <Value document={first} shown={shown} of={of} asOf={asOf} moves={isPriced(of) && asOf === null} />
      <Inputs inputs={first.inputs} />
      <Postings
        document={first}
        postings={data.pages.flatMap((page) => page.postings)}
        isWhole={!hasNextPage}
        all={all}
      />
      <Fills fills={data.pages.flatMap((page) => page.fills)} all={all} />
      <Events events={data.pages.flatMap((page) => page.events)} all={all} />
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

/** An explanation that came with its figure: formula, value and inputs; nothing of it is recorded. */
export function ToldExplanation({ told, shown }: { told: Told; shown: string }) {
  return (
    <div className="space-y-5">
      <Value
        document={{ ...told, journal_position: "0" }}
        shown={shown}
        of={null}
        asOf={null}
        moves={false}
      />
      <Inputs inputs={told.inputs} />
      <p className="text-sm text-muted">As the risk answer had it; it is asked for anew while you write.</p>
    </div>
  );
}

/** Figures of more digits than this are written smaller, so that they stay on a line. */
const longFigure = 20;

function Value({
  document: { value, unit, formula, journal_position: position },
  shown,
  of,
  asOf,
  moves,
}: {
  document: Pick<Document, "value" | "unit" | "formula" | "journal_position">;
  shown: string;
  /** Null: it has no address. */
  of: string | null;
  asOf: string | null;
  /** Whether the prices that it is at move on. */
  moves: boolean;
}) {
  return (
    <div className="space-y-2">
      <div className="flex items-start justify-between gap-2">
        <p
          className={`font-semibold wrap-anywhere tabular-nums ${(value?.length ?? 0) > longFigure ? "text-lg" : "text-2xl"}`}
        >
          {value === null ? "unknown" : figure(value)}{" "}
          <span className="text-base font-normal text-muted">{unit}</span>
        </p>
        {of && <Copy label="Copy the link to this explanation" text={linkTo(of, asOf)} />}
      </div>
      <p className="rounded-control bg-raised px-3 py-2 text-sm">
        {formulaParts(formula).map((part, place) => (
          <span key={part} className={place ? "mt-1 block text-muted" : "block"}>
            {part}
          </span>
        ))}
      </p>
      {value !== null && <Agreement shown={shown} value={value} moves={moves} />}
      {position !== "0" && (
        <p className="text-sm text-muted">
          Rests on the journal up to <EventLink position={position}>event {figure(position)}</EventLink>
          {of && isPriced(of) && ", at the prices below"}.
        </p>
      )}
    </div>
  );
}

/** Whether the figure, computed anew from the journal, is the one that stood on the page. */
function Agreement({ shown, value, moves }: { shown: string; value: string; moves: boolean }) {
  const isSame = agrees(shown, value);
  if (isSame === null) return null;
  if (!isSame && moves)
    return (
      <p className="text-sm text-muted">
        The page showed {figure(decimalShown(shown) ?? "")}; prices have moved since.
      </p>
    );
  return (
    <Check isGood={isSame}>
      {isSame
        ? "Recomputed: agrees with what the page showed."
        : `Recomputed: the page showed ${figure(decimalShown(shown) ?? "")}. It may have moved on since; close this and look again.`}
    </Check>
  );
}
