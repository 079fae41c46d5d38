import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { useCallback } from "react";

import { answered, api } from "../../api/client";
import type { components } from "../../api/generated/schema";
import { type Frame, useChannel } from "../../api/live";
import type { Account, Order } from "../../api/types";
import { askState } from "../../state/own-states";

type LimitsRequest = components["schemas"]["LimitsRequest"];
export type State = Account["state"];

const dayMs = 86_400_000;
export const denialDays = 7;

/** The limits in force. */
export function useLimits(accountId: string) {
  return useQuery({
    queryKey: ["risk", accountId, "limits"],
    queryFn: () =>
      answered(api.GET("/v1/accounts/{account_id}/risk", { params: { path: { account_id: accountId } } })),
  });
}

/** How much of each limit is used, as an order placed now would find it. */
export function useUsage(accountId: string) {
  return useQuery({
    queryKey: ["risk", accountId, "usage"],
    queryFn: async () =>
      (
        await answered(
          api.GET("/v1/accounts/{account_id}/risk/usage", {
            params: { path: { account_id: accountId }, query: { limit: 500 } },
          }),
        )
      ).items,
    refetchInterval: 5_000,
    placeholderData: keepPreviousData,
  });
}

/** Orders that risk denied in the last days, the newest first. */
export function useDenials(accountId: string) {
  const queries = useQueryClient();
  const follow = useCallback(
    ({ type, data }: Frame) => {
      if (type === "change" && (data as Order).status !== "denied") return;
      void queries.invalidateQueries({ queryKey: ["risk", accountId, "denials"] });
    },
    [queries, accountId],
  );
  useChannel(`orders:${accountId}`, follow);
  return useQuery({
    queryKey: ["risk", accountId, "denials"],
    queryFn: async () => {
      const since = new Date(Date.now() - denialDays * dayMs).toISOString();
      return (
        await answered(
          api.GET("/v1/orders", {
            params: { query: { account_id: accountId, status: "denied", since, limit: 500 } },
          }),
        )
      ).items;
    },
    refetchInterval: 15_000,
  });
}

/** Change some limits; null switches one off. */
export function useSetLimits(accountId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (changes: LimitsRequest) =>
      answered(
        api.PUT("/v1/accounts/{account_id}/risk", {
          params: { path: { account_id: accountId } },
          body: changes,
        }),
      ),
    onSuccess: async (limits) => {
      queries.setQueryData(["risk", accountId, "limits"], limits);
      await queries.invalidateQueries({ queryKey: ["risk", accountId] });
    },
  });
}

/** Switch an account between active, reducing and halted. */
export function useSetState(accountId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { state: State; reason: string }) =>
      answered(
        api.PUT("/v1/accounts/{account_id}/state", { params: { path: { account_id: accountId } }, body }),
      ),
    onMutate: ({ state }) => {
      askState(state, accountId);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["accounts"] }),
  });
}

/** The red button: nobody can place anything any more, then whatever is open is cancelled. */
export function useStopEverything() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (reason: string) => {
      const halted = await answered(api.PUT("/v1/risk/state", { body: { state: "halted", reason } }));
      const cancelled = await answered(api.POST("/v1/orders/cancel-all", { body: {} }));
      return {
        accounts: halted.accounts,
        orders: cancelled.orders,
        failures: { ...halted.failures, ...cancelled.failures },
      };
    },
    onMutate: () => {
      askState("halted");
    },
    onSettled: () => queries.invalidateQueries(),
  });
}

/** The way back: every account may trade again. What was cancelled stays cancelled. */
export function useResumeAll() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      answered(api.PUT("/v1/risk/state", { body: { state: "active", reason } })),
    onMutate: () => {
      askState("active");
    },
    onSettled: () => queries.invalidateQueries(),
  });
}
