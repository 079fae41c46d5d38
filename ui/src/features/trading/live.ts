import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef } from "react";

import { useChannel } from "../../api/live";

export const ordersKey = (accountId: string) => ["orders", accountId] as const;
export const balancesKey = (accountId: string) => ["balances", accountId] as const;

const gatherMs = 100;

/** Ask again when the channel tells of a change; many changes at once are one question. */
export function useRefreshOn(channel: string, key: QueryKey): void {
  const queries = useQueryClient();
  const waiting = useRef(false);
  const [kind, accountId] = key as readonly [string, string];
  const refresh = useCallback(() => {
    if (waiting.current) return;
    waiting.current = true;
    setTimeout(() => {
      waiting.current = false;
      void queries.invalidateQueries({ queryKey: [kind, accountId] });
    }, gatherMs);
  }, [queries, kind, accountId]);
  useChannel(channel, refresh);
}
