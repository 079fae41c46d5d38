import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { answered, api } from "../../api/client";
import { openOrdersThen } from "../../api/past";
import { valuationOf } from "../../api/worth";
import type { Account } from "../../api/types";
import { Button, Problem } from "../../design/controls";
import { figure } from "../../design/figures";
import { Skeleton } from "../../design/panel";
import { OrdersThen, PositionsThen, WorthThen } from "./tables-then";

function useThen<Answer>(name: string, accountId: string, asOf: string, ask: () => Promise<Answer>) {
  return useQuery({
    queryKey: ["then", name, accountId, asOf],
    queryFn: ask,
    staleTime: Infinity,
    // What was there before stays until the next answer is; of another account it never does.
    placeholderData: (previous, query) =>
      query?.queryKey[2] === accountId ? keepPreviousData(previous) : undefined,
  });
}

/** Balances at recorded prices, open orders and positions of one account after an event. */
export function BookThen({ account, asOf }: { account: Account; asOf: string }) {
  const path = { account_id: account.account_id };
  const worth = useQuery({
    ...valuationOf(account.account_id, asOf),
    placeholderData: (previous, query) =>
      query?.queryKey[1] === account.account_id ? keepPreviousData(previous) : undefined,
  });
  const orders = useThen("orders", account.account_id, asOf, () => openOrdersThen(account.account_id, asOf));
  const positions = useThen("positions", account.account_id, asOf, () =>
    answered(api.GET("/v1/accounts/{account_id}/positions", { params: { path, query: { as_of: asOf } } })),
  );
  const isOld = [worth, orders, positions].some((each) => each.isPlaceholderData);
  return (
    <section
      aria-label="The book then"
      aria-busy={isOld}
      className="flex min-h-0 flex-1 flex-col overflow-hidden rounded-card border border-line bg-surface"
    >
      <header className="flex min-h-12 items-center justify-between gap-3 border-b border-line px-4">
        <h2 className="truncate font-semibold">{account.name} then</h2>
        <span className="text-xs whitespace-nowrap text-muted tabular-nums">as of {figure(asOf)}</span>
      </header>
      <div
        tabIndex={0}
        role="region"
        aria-label="State of the account"
        className={`min-h-0 flex-1 overflow-y-auto ${isOld ? "opacity-60" : ""}`}
      >
        <Loaded query={worth}>{(data) => <WorthThen worth={data} />}</Loaded>
        <Loaded query={orders}>{(data) => <OrdersThen orders={data} />}</Loaded>
        <Loaded query={positions}>{(data) => <PositionsThen positions={data.items} />}</Loaded>
      </div>
    </section>
  );
}

function Loaded<Answer>({
  query: { data, error, refetch },
  children,
}: {
  query: { data: Answer | undefined; error: Error | null; refetch: () => unknown };
  children: (data: Answer) => ReactNode;
}) {
  if (error)
    return (
      <div className="space-y-2 p-4">
        <Problem>{error.message}</Problem>
        <Button
          tone="quiet"
          size="small"
          onClick={() => {
            refetch();
          }}
        >
          Try again
        </Button>
      </div>
    );
  return data === undefined ? <Skeleton rows={3} /> : children(data);
}
