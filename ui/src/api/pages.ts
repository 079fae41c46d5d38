/** A list that the server cuts into pages; without `next_cursor` it is the last of them. */
export interface Page<Row> {
  items: Row[];
  next_cursor?: string | null;
}
export type AskPage<Row> = (cursor: string | null, limit: number, signal?: AbortSignal) => Promise<Page<Row>>;

/** As many as the server gives at once. */
export const pageRowsMax = 500;
/** Nobody is given more of a list than this without asking for it page by page. */
export const pagesMax = 200;

/** The whole of a list, up to 100 000 rows. */
export async function everyPage<Row>(ask: AskPage<Row>, signal?: AbortSignal): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < pagesMax; page += 1) {
    const answer: Page<Row> = await ask(cursor, pageRowsMax, signal);
    rows.push(...answer.items);
    cursor = answer.next_cursor ?? null;
    if (!cursor) break;
  }
  return rows;
}
