import { useState } from "react";

import type { JournalEvent } from "../../api/types";
import { Button, Problem } from "../../design/controls";
import { minus, rounded } from "../../design/decimals";
import { signed } from "../../design/figures";
import { Skeleton } from "../../design/panel";
import { DataTree } from "./data-tree";
import { type Difference, differences, type Json, leaves } from "./diff";
import { useChange } from "./queries";
import { spoken } from "../../design/words";
import { capital, number, pair, part, plain, short, word } from "./words";
import { Section } from "./section";

/** What the event made of its account: only what changed, or the whole state after it. */
export function EventChange({ event }: { event: JournalEvent }) {
  const { data: change, error, isPending, refetch } = useChange(event);
  const [isWhole, setWhole] = useState(false);
  const found = change ? changesOf(change.before, change.after) : [];
  return (
    <Section
      title="Before → after"
      aside={
        change && (
          <Button
            tone="quiet"
            size="small"
            aria-pressed={isWhole}
            onClick={() => {
              setWhole(!isWhole);
            }}
          >
            {isWhole ? "Only changes" : "Whole account"}
          </Button>
        )
      }
    >
      {isPending && <Skeleton rows={3} />}
      {error && (
        <div className="space-y-2">
          <Problem>{error.message}</Problem>
          <Button
            tone="quiet"
            size="small"
            onClick={() => {
              void refetch();
            }}
          >
            Try again
          </Button>
        </div>
      )}
      {change && isWhole && <DataTree value={change.after} />}
      {change && !isWhole && !found.length && (
        <p className="text-sm text-muted">It left balances, orders, positions and limits as they were.</p>
      )}
      {change && !isWhole && found.length > 0 && (
        <ul className="space-y-2.5">
          {found.map((each) => (
            <Changed key={each.path.join("/")} difference={each} />
          ))}
        </ul>
      )}
    </Section>
  );
}

/** Where the document stands, and when an order was last touched, changes with every event and says nothing. */
const bookkeeping = new Set(["journal_position", "updated_at"]);

function changesOf(before: Json, after: Json): Difference[] {
  return differences(before, after).filter(({ path }) => !bookkeeping.has(path.at(-1) ?? ""));
}

function placeOf(path: string[]): string {
  return path.map((each) => (each.length > 30 ? `…${short(each)}` : spoken(each))).join(" › ");
}

function Changed({ difference: { path, kind, before, after } }: { difference: Difference }) {
  return (
    <li>
      <p className="flex items-baseline justify-between gap-3 text-xs text-muted">
        <span className="min-w-0 break-words">{placeOf(path)}</span>
        {kind !== "changed" && <span>{kind}</span>}
      </p>
      <div className="flex flex-wrap items-baseline gap-x-2 text-sm tabular-nums">
        {before !== undefined && <Value value={before} isGone />}
        {kind === "changed" && <span aria-label="became">→</span>}
        {after !== undefined && <Value value={after} />}
        {kind === "changed" && <Step before={before} after={after} />}
      </div>
    </li>
  );
}

const decimalsMax = 8;

/** As many decimals as an eye can compare; the whole figure is its title. */
function brief(value: Json): string {
  const text = plain(word(value));
  return number(/^-?\d+\.\d+$/.test(text) ? rounded(text, decimalsMax) : text);
}

/** What came or went, in a line. */
function summary(value: Json): string {
  const { side, instrument, type, status, quantity, asset, total } = part(value);
  if (instrument && side)
    return `${capital(word(side))} ${number(quantity)} ${pair(instrument)}, ${spoken(word(type))}, ${spoken(word(status))}`;
  if (instrument) return `${number(quantity)} ${pair(instrument)}`;
  if (asset) return `${number(total ?? part(value).amount)} ${word(asset)}`;
  return `${leaves(value).length} values`;
}

/** One side of a difference; what came or went with all that is below it lists what it holds. */
function Value({ value, isGone = false }: { value: Json; isGone?: boolean }) {
  const look = isGone ? "text-muted line-through decoration-muted/60" : "font-medium";
  if (value === null || typeof value !== "object")
    return (
      <span className={look} title={plain(String(value))}>
        {brief(value)}
      </span>
    );
  return (
    <details className={`w-full border-l-2 pl-3 ${isGone ? "border-line" : "border-accent/60"}`}>
      <summary className={`cursor-pointer touch:min-h-10 ${look}`}>{summary(value)}</summary>
      <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4">
        {leaves(value).map((leaf) => (
          <div key={leaf.path.join("/")} className="contents">
            <dt className="text-muted">{placeOf(leaf.path)}</dt>
            <dd className="truncate" title={leaf.value}>
              {number(leaf.value)}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** By how much a decimal moved. */
function Step({ before, after }: { before: Json | undefined; after: Json | undefined }) {
  const [old, now] = [before, after].map((each) => (typeof each === "string" ? plain(each) : ""));
  const isDecimal = /^-?\d+(\.\d+)?$/;
  if (!old || !now || !isDecimal.test(old) || !isDecimal.test(now)) return null;
  return <span className="text-xs text-muted">({signed(rounded(minus(now, old), decimalsMax))})</span>;
}
