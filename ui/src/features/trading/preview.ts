import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { answered, api } from "../../api/client";
import type { components } from "../../api/generated/schema";
import type { Told } from "../../state/explained";
import type { TicketOrder } from "./ticket-order";

export type Preview = components["schemas"]["OrderPreview"];

/** How a figure of the answer was computed, by the answer itself; undefined where it does not say. */
export function toldOf(preview: Preview, name: string, title: string): Told | undefined {
  const working = preview.workings.find((each) => each.name === name);
  return working && { ...working, title };
}

const quietMs = 200;
/** Prices move: an answer that is looked at is asked for again. */
const renewEveryMs = 5_000;

/** What was last given, once it has stayed the same for a while. */
export function useSettled(value: string, afterMs = quietMs): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => {
      setSettled(value);
    }, afterMs);
    return () => {
      clearTimeout(timer);
    };
  }, [value, afterMs]);
  return settled;
}

/**
 * What placing the order now would answer; null while there is no order to ask for. A question that has changed is
 * taken back, and `isCurrent` says whether the answer is to what stands there now. `means` is what is available: when
 * that changes, what was answered before is no answer any more.
 */
export function usePreview(accountId: string, order: TicketOrder | null, means = "") {
  const asked = order ? JSON.stringify({ account_id: accountId, ...order }) : "";
  const settled = useSettled(asked);
  const query = useQuery({
    queryKey: ["preview", settled, means],
    queryFn: ({ signal }) =>
      answered(
        api.POST("/v1/orders/preview", {
          body: JSON.parse(settled) as components["schemas"]["PreviewRequest"],
          signal,
        }),
      ),
    enabled: settled !== "" && asked !== "",
    placeholderData: keepPreviousData,
    refetchInterval: renewEveryMs,
    gcTime: 10_000,
    retry: false,
  });
  return {
    preview: asked ? query.data : undefined,
    error: asked && !query.isPlaceholderData ? query.error : null,
    isCurrent: asked === settled && !query.isPlaceholderData && query.data !== undefined,
    retry: query.refetch,
  };
}
