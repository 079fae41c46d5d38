import { useCallback, useEffect, useRef, useState } from "react";

import { compared } from "../../design/decimals";
import type { OrderLine } from "./order-lines";
import type { PriceChartProps } from "./props";

/** A price that a line was moved to and that the order does not have, or not yet. */
export interface Draft {
  price: string;
  /** It was handed on, and the answer is awaited. */
  isSent: boolean;
  /** The order as it was when it was moved. */
  of: string;
}

type Drafts = Readonly<Record<string, Draft>>;

const sentMsMax = 5_000;

/** Whether the draft still says something that the order does not: the order may have been changed meanwhile. */
export function holds(draft: Draft | undefined, line: OrderLine): draft is Draft {
  if (!draft || (draft.isSent && compared(draft.price, line.price) === 0)) return false;
  return draft.of === line.order.updated_at || line.order.status === "pending_replace";
}

/** Where lines are being moved to: by pointer or by keys, until they are taken back or handed on. */
export function useDrafts(onMove: PriceChartProps["onMove"]) {
  const [drafts, setDrafts] = useState<Drafts>({});
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  useEffect(() => {
    const running = timers.current;
    return () => {
      running.forEach(clearTimeout);
    };
  }, []);
  const put = useCallback((id: string, draft: Draft | null) => {
    setDrafts((before) => {
      const others = Object.entries(before).filter(([each]) => each !== id);
      return Object.fromEntries(draft ? [...others, [id, draft]] : others);
    });
  }, []);
  const move = (line: OrderLine, price: string) => {
    put(line.id, { price, isSent: false, of: line.order.updated_at });
  };
  const takeBack = (line: OrderLine) => {
    put(line.id, null);
  };
  const commit = (line: OrderLine, price: string) => {
    if (!onMove || !line.field || drafts[line.id]?.isSent) return;
    if (compared(price, line.price) === 0) {
      takeBack(line);
      return;
    }
    put(line.id, { price, isSent: true, of: line.order.updated_at });
    const end = () => {
      put(line.id, null);
    };
    const answer = onMove(line.order, line.field, price);
    if (answer instanceof Promise) void answer.then(end, end);
    else timers.current.add(setTimeout(end, sentMsMax));
  };
  return { drafts, move, takeBack, commit };
}
