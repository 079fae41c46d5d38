import { useRouter } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import type { MouseEvent } from "react";

import { useMay } from "../../api/me";
import type { Instrument, Order } from "../../api/types";
import { Copy } from "../../design/copy";
import { rounded } from "../../design/decimals";
import { decimalsOf, figure } from "../../design/figures";
import { useTimes } from "../../design/times";
import type { Side as SideName } from "./draft";

/** Buy or sell, told apart without colour. */
export function Side({ side }: { side: SideName }) {
  return (
    <>
      <span aria-hidden className="mr-1 align-[1px] text-[9px]">
        {side === "buy" ? "▲" : "▼"}
      </span>
      {side === "buy" ? "Buy" : "Sell"}
    </>
  );
}

/** A price at its instrument's precision; the whole of it on hovering. */
export function Price({ price, instrument }: { price: string; instrument: Instrument | undefined }) {
  const decimals = decimalsOf(instrument?.tick_size ?? "0.01");
  return <span title={price}>{figure(rounded(price, decimals), decimals)}</span>;
}

/** Where there is nothing to say. */
export const none = <span className="text-muted">–</span>;

/** When; today as a time, else by its day and minute. */
export function When({ at }: { at: string }) {
  const times = useTimes();
  const isToday = times.date(at) === times.date(new Date().toISOString());
  return (
    <time dateTime={at} title={times.full(at)} className="text-muted tabular-nums">
      {isToday ? times.time(at) : times.dayAndMinute(at)}
    </time>
  );
}

/** Leads to the journal: to one event, or to the stream that tells of the account; not for who may not read it. */
export function ToJournal({ path, label }: { path: string; label: string }) {
  const router = useRouter();
  const may = useMay("audit");
  if (!may) return null;
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    router.history.push(path);
  };
  return (
    <a
      href={path}
      title={label}
      aria-label={label}
      onClick={follow}
      className="grid size-7 shrink-0 place-items-center rounded-control text-muted hover:bg-raised hover:text-text touch:size-10"
    >
      <ScrollText aria-hidden className="size-4" />
    </a>
  );
}

/** Where the journal tells of the account's orders. */
export function streamPath(accountId: string): string {
  return `/journal?stream=${encodeURIComponent(`account-${accountId}`)}`;
}

/** What leads on from an order: its id and its events. */
export function OrderLinks({ order }: { order: Order }) {
  return (
    <>
      <Copy className="size-7" text={order.order_id} label="Copy the id of the order" />
      <ToJournal path={streamPath(order.account_id)} label="Show its events in the journal" />
    </>
  );
}
