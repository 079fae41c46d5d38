import type { InfiniteData } from "@tanstack/react-query";

import type { JournalEvent } from "../../api/types";

export interface EventPage {
  items: JournalEvent[];
  next_cursor: string | null;
  /** Up to where the journal was looked at: what comes behind it is new. */
  head: string;
}
export type EventPages = InfiniteData<EventPage, string | null>;

export const pageEvents = 200;
const firstPageMax = 2 * pageEvents;

/**
 * The list with what has come since, the newest first. News grow into the first page; when that gets long, only the
 * newest page is kept: whoever scrolls down reads on from there. `cursor` leads on from news that do not reach back
 * to what is known; then they are the list.
 */
export function withNewer(known: EventPages, newer: JournalEvent[], cursor: string | null): EventPages {
  const [first, ...rest] = known.pages;
  const fresh = newer.filter((each) => !first || BigInt(each.position) > BigInt(first.head));
  const newest = fresh[0];
  if (!first || !newest) return known;
  const head = newest.position;
  const only = (page: Omit<EventPage, "head">) => ({ pages: [{ ...page, head }], pageParams: [null] });
  if (cursor !== null) return only({ items: fresh, next_cursor: cursor });
  const items = [...fresh, ...first.items];
  if (items.length <= firstPageMax)
    return { ...known, pages: [{ items, next_cursor: first.next_cursor, head }, ...rest] };
  const kept = items.slice(0, pageEvents);
  return only({ items: kept, next_cursor: kept.at(-1)?.position ?? null });
}
