import { isOver } from "../../api/orders";
import { rowsMax, withoutAdopted } from "../../api/rows";
import type { Order, Fill } from "../../api/types";
import type { Side } from "./draft";
import type { Status } from "./order-words";

/** Which orders the history shows; empty: all. */
export interface HistoryFilter {
  status: "" | Status | "open";
  side: "" | Side;
  instrument: string;
}

export const everything: HistoryFilter = { status: "", side: "", instrument: "" };

export function passes(order: Order, filter: HistoryFilter): boolean {
  const hasStatus =
    filter.status === "open" ? !isOver(order.status) : !filter.status || order.status === filter.status;
  return (
    hasStatus &&
    (!filter.side || order.side === filter.side) &&
    (!filter.instrument || order.instrument === filter.instrument)
  );
}

/** Fractions of a second are written only where there are any: without the letter behind them texts sort as times do. */
const createdAt = (order: Order) => order.created_at.replace("Z", "");

function newestFirst(one: Order, other: Order): number {
  const [its, others] = [createdAt(one), createdAt(other)];
  return its < others ? 1 : its > others ? -1 : 0;
}

/**
 * A list of the server, the newest first, brought up to date by what the stream has told since: rows as they are now,
 * without those that do not pass any more, and with those that came, or began to pass, after the list was asked for.
 * `isWhole`: there are no further pages, on which older ones would stand.
 */
export function withLive(
  listed: Order[],
  live: readonly Order[],
  filter: HistoryFilter,
  isWhole: boolean,
): Order[] {
  const now = new Map(live.map((order) => [order.order_id, order]));
  const known = new Set(listed.map((order) => order.order_id));
  const last = isWhole ? undefined : listed.at(-1);
  const oldest = last ? createdAt(last) : "";
  const fresh = live.filter((order) => !known.has(order.order_id) && createdAt(order) >= oldest);
  const rows = [...fresh, ...listed.map((order) => now.get(order.order_id) ?? order)];
  const shown = filter === everything ? rows : rows.filter((order) => passes(order, filter));
  return fresh.length ? shown.sort(newestFirst) : shown;
}

/**
 * Whether the stream can no longer bring a list of the server up to date. It keeps all orders that are open and the
 * newest of the others: what is listed as open and unknown to it has ended, and where it is full and reaches back to
 * nothing that is listed, there are orders in between.
 */
export function isBehind(listed: readonly Order[], live: readonly Order[]): boolean {
  const [newest] = listed;
  if (!newest) return false;
  const known = new Set(live.map((order) => order.order_id));
  const hasEnded = listed.some((order) => !isOver(order.status) && !known.has(order.order_id));
  return hasEnded || (live.length >= rowsMax && live.every((order) => newestFirst(order, newest) < 0));
}

/** The same as `withLive` for fills: they never change, but one that a person adopts becomes another. */
export function fillsWithLive(listed: readonly Fill[], live: readonly Fill[]): Fill[] {
  const newest = BigInt(listed[0]?.position ?? "0");
  return withoutAdopted([...live.filter((fill) => BigInt(fill.position) > newest), ...listed]);
}

/** The same as `isBehind` for fills: whether there may be some between those that the stream keeps and the listed. */
export function areFillsBehind(listed: readonly Fill[], live: readonly Fill[]): boolean {
  const newest = BigInt(listed[0]?.position ?? "0");
  return live.length >= rowsMax && live.every((fill) => BigInt(fill.position) > newest);
}
