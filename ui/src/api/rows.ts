import type { Frame } from "./live";

/** Rows of a channel of the book, newest first, each with the journal position of what is known of it. */
export type Rows<Row> = ReadonlyMap<string, { position: bigint; row: Row }>;

/** So many rows are kept of those that may go. */
export const rowsMax = 500;

/**
 * What is known after `frame`. A change replaces only what is older than it, and a snapshot only what is not newer
 * than it: frames may come twice or late, and the answer to a command may overtake the stream. Of rows that `mayGo`
 * the newest are kept, the others all: their number the server bounds.
 */
export function merged<Row>(
  known: Rows<Row> | undefined,
  frame: Pick<Frame, "type" | "position" | "data">,
  keyOf: (row: Row) => string,
  mayGo: (row: Row) => boolean = () => true,
): Rows<Row> {
  const position = BigInt(frame.position);
  if (frame.type === "change") return changed(known ?? new Map(), frame.data as Row, position, keyOf, mayGo);
  const newer = [...(known ?? [])].filter(([, each]) => each.position > position);
  const shown = (frame.data as Row[]).map((row) => [keyOf(row), { position, row }] as const);
  const isShown = new Set(shown.map(([key]) => key));
  const rows = new Map([...newer.filter(([key]) => !isShown.has(key)), ...shown]);
  for (const [key, each] of newer) rows.set(key, each);
  return bounded(rows, mayGo);
}

function changed<Row>(
  known: Rows<Row>,
  row: Row,
  position: bigint,
  keyOf: (row: Row) => string,
  mayGo: (row: Row) => boolean,
): Rows<Row> {
  const key = keyOf(row);
  const before = known.get(key);
  if (before && before.position >= position) return known;
  const rows = before
    ? new Map(known).set(key, { position, row })
    : new Map([[key, { position, row }] as const, ...known]);
  return mayGo(row) ? bounded(rows, mayGo) : rows;
}

function bounded<Row>(rows: Map<string, { position: bigint; row: Row }>, mayGo: (row: Row) => boolean) {
  const going = [...rows].filter(([, { row }]) => mayGo(row)).slice(rowsMax);
  for (const [key] of going) rows.delete(key);
  return rows;
}

/** A fill that a person adopted is shown as the trade that it became, not as what it was first recorded as. */
export function withoutAdopted<Row extends { position: string; adopts: string | null }>(
  fills: readonly Row[],
): Row[] {
  const adopted = new Set(fills.map((each) => each.adopts));
  return fills.filter((each) => !adopted.has(each.position));
}
