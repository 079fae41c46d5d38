import { type HeardDepth, useDepth } from "../../api/depth";
import { useLink } from "../../api/live";
import { useNow } from "../../design/clock";
import { Button, Choice, Problem } from "../../design/controls";
import { decimalsOf, figure } from "../../design/figures";
import { Empty, Skeleton } from "../../design/panel";
import { Tabs } from "../../design/tabs";
import { duration } from "../../design/times";
import { DepthChart } from "./depth-chart";
import { groupings, type Grouping, stepOf } from "./depth-levels";
import { LadderRows } from "./ladder-rows";
import { useMarketPreferences } from "./preferences";
import type { LadderProps } from "./props";

const staleAfterMs = 30_000;

/** The book of one instrument: as a ladder, or drawn. */
export function Ladder({ instrument, onPick }: LadderProps) {
  const depth = useDepth(instrument.instrument_id);
  const { ladder, preferLadder } = useMarketPreferences();
  const step = stepOf(instrument.tick_size, ladder.grouping);
  const view = (draw: (book: HeardDepth) => React.ReactNode) => (
    <>
      {depth.isPending && <Skeleton rows={12} />}
      {depth.error && !depth.data && (
        <div className="space-y-2 p-3">
          <Problem title="The book could not be read">{depth.error.message}</Problem>
          <Button tone="quiet" onClick={() => void depth.refetch()}>
            Try again
          </Button>
        </div>
      )}
      {depth.data && depth.data.bids.length + depth.data.asks.length === 0 && (
        <Empty title="The book is empty">Nobody offers to buy or to sell {instrument.base_asset} now.</Empty>
      )}
      {depth.data && depth.data.bids.length + depth.data.asks.length > 0 && draw(depth.data)}
    </>
  );
  return (
    <section
      aria-label="Order book"
      className="flex h-full min-h-0 flex-col overflow-hidden rounded-card border border-line bg-surface"
    >
      <Tabs
        label="Order book"
        className="flex-1"
        value={ladder.view}
        onChoose={(id) => {
          preferLadder({ view: id === "depth" ? "depth" : "book" });
        }}
        aside={
          <Choice
            label="Group prices by"
            value={ladder.grouping}
            onChange={(event) => {
              preferLadder({ grouping: event.target.value as Grouping });
            }}
          >
            {groupings.map((each) => (
              <option key={each} value={each}>
                {figure(stepOf(instrument.tick_size, each))}
              </option>
            ))}
          </Choice>
        }
        tabs={[
          {
            id: "book",
            title: "Book",
            content: view((book) => (
              <LadderRows
                book={book}
                step={step}
                decimals={Math.max(decimalsOf(step), 0)}
                instrument={instrument}
                onPick={onPick}
              />
            )),
          },
          {
            id: "depth",
            title: "Depth",
            content: view((book) => (
              <DepthChart book={book} step={step} instrument={instrument} onPick={onPick} />
            )),
          },
        ]}
      />
      <Age heardAt={depth.data?.heardAt} />
    </section>
  );
}

/** How old the book is, as soon as that matters. */
function Age({ heardAt }: { heardAt: number | undefined }) {
  const now = useNow();
  const isLive = useLink((link) => link.state === "live");
  if (heardAt === undefined || (isLive && now - heardAt <= staleAfterMs)) return null;
  return (
    <p className="border-t border-line px-3 py-1 text-xs text-attention">
      stale for {duration(now - heardAt)}
    </p>
  );
}
