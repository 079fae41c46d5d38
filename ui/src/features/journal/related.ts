import { useQuery } from "@tanstack/react-query";

import { answered, api } from "../../api/client";
import type { components, paths } from "../../api/generated/schema";
import type { JournalEvent } from "../../api/types";
import { type JournalSearch, queryOf } from "./filters";
import { word } from "./words";

type Query = NonNullable<paths["/v1/journal"]["get"]["parameters"]["query"]>;
type Page = components["schemas"]["JournalEvents"];

const relatedMax = 50;
/** Stretches of the journal that are looked through in each direction. */
const stretchesMax = 4;

/** Events around a position that `search` finds; those before it until one of them `begins` it all. */
async function around(
  search: JournalSearch,
  position: string,
  begins: (event: JournalEvent) => boolean,
): Promise<JournalEvent[]> {
  const before = await walk({ ...search }, { order: "desc", before: Number(position) + 1 }, begins);
  const after = await walk({ ...search }, { order: "asc", after: Number(position) }, () => false);
  return [...before, ...after];
}

async function walk(
  search: JournalSearch,
  place: { order: "asc" | "desc"; before?: number; after?: number },
  isLast: (event: JournalEvent) => boolean,
): Promise<JournalEvent[]> {
  const found: JournalEvent[] = [];
  let cursor: string | null = null;
  for (let stretch = 0; stretch < stretchesMax && found.length < relatedMax; stretch += 1) {
    const query: Query = { ...queryOf(search), ...place, limit: relatedMax, ...(cursor && { cursor }) };
    const page: Page = await answered(api.GET("/v1/journal", { params: { query } }));
    found.push(...page.items);
    cursor = page.next_cursor;
    if (!cursor || page.items.some(isLast)) break;
  }
  return found;
}

async function eventAt(position: number): Promise<JournalEvent> {
  const params = { path: { position } };
  return answered(api.GET("/v1/journal/{position}", { params }));
}

/**
 * What led to an event and what followed: events of the same request, and of the same order (where it is a leg, its
 * entry's too), and of a decision what was found, in the order of the journal.
 */
async function relatedTo(event: JournalEvent): Promise<JournalEvent[]> {
  const { data, metadata, position } = event;
  const correlation = word(metadata.correlation_id);
  const order = word(data.parent_order_id) || word(data.order_id);
  const cause = Number(word(data.found_position));
  const found = await Promise.all([
    cause ? eventAt(cause).then((it) => [it]) : [],
    correlation ? around({ correlation }, position, () => true) : [],
    order ? around({ order }, position, (each) => word(each.data.order_id) === order && isStart(each)) : [],
  ]);
  const byPosition = new Map([event, ...found.flat()].map((each) => [each.position, each]));
  return [...byPosition.values()].sort((a, b) => Number(a.position) - Number(b.position));
}

function isStart({ type }: JournalEvent): boolean {
  return type === "trading.OrderPlaced" || type === "trading.OrderDenied";
}

export function useRelated(event: JournalEvent) {
  return useQuery({
    queryKey: ["journal", "related", event.position],
    queryFn: () => relatedTo(event),
    staleTime: 10_000,
  });
}
