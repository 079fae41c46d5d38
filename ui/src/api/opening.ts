import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { answered, api, Refused } from "./client";
import { OnceKeys } from "./once-keys";

export interface Opening {
  name: string;
  /** What it counts in, and what it starts with. */
  baseAsset: string;
  preset?: string;
  /** Whose it is; left out: one's own. */
  partyId?: string;
  /** Empty: it starts without money. */
  amount: string;
}

/** How an account stands that is open, where paying in what it starts with ended so. */
export function unpaidText(error: Error | null): string {
  return error instanceof Refused && !error.wasAnswered
    ? "The account is open; whether its money is in it is not known yet"
    : "The account is open; its money is not in it yet";
}

interface Once {
  "Idempotency-Key": string;
}

/**
 * Opens a paper account and pays in what it starts with; each is done once, however often it is tried. Once the
 * account is open only the money is tried again: into the account that is open, in what it counts in.
 */
export function useOpening({
  onDone,
  onUnpaid,
}: {
  onDone?: (accountId: string) => void | Promise<void>;
  /** The account is open, its money is not in it, or nobody knows. Called even where what asked is no longer shown. */
  onUnpaid?: (error: Error) => void;
}) {
  const queries = useQueryClient();
  const [keys] = useState(() => new OnceKeys());
  const [opened, setOpened] = useState<{ accountId: string; baseAsset: string } | null>(null);
  const once = async <Answer>(body: object, ask: (header: Once) => Promise<Answer>) => {
    try {
      const answer = await ask({ "Idempotency-Key": keys.keyFor(body) });
      keys.settle(body, null);
      return answer;
    } catch (error) {
      keys.settle(body, error as Error);
      throw error;
    }
  };
  const open = async ({ name, baseAsset, preset, partyId }: Opening) => {
    const body = {
      name,
      venue: "paper",
      base_asset: baseAsset,
      ...(preset && { preset }),
      ...(partyId && { party_id: partyId }),
    };
    const { account_id } = await once(body, (header) =>
      answered(api.POST("/v1/accounts", { body, params: { header } })),
    );
    return { accountId: account_id, baseAsset };
  };
  const pay = (account_id: string, asset: string, amount: string) =>
    once({ account_id, asset, amount }, (header) =>
      answered(
        api.POST("/v1/accounts/{account_id}/deposits", {
          body: { asset, amount },
          params: { path: { account_id }, header },
        }),
      ),
    );
  const mutation = useMutation({
    mutationFn: async (asked: Opening) => {
      const known = opened ?? (await open(asked));
      setOpened(known);
      try {
        if (asked.amount) await pay(known.accountId, known.baseAsset, asked.amount);
      } catch (error) {
        onUnpaid?.(error as Error);
        throw error;
      }
      return known.accountId;
    },
    // Before what asked is closed: the page behind it shows the account by then.
    onSuccess: async (accountId) => {
      await queries.invalidateQueries();
      await onDone?.(accountId);
    },
    onError: () => queries.invalidateQueries(),
  });
  return { ...mutation, isOpen: opened !== null };
}
