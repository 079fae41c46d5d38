import { answered, api } from "./client";
import { everyPage, pageRowsMax } from "./pages";
import type { Fill, Order } from "./types";

/** Every order of an account that was open after the event at a position, the newest first. */
export function openOrdersThen(accountId: string, asOf: string, signal?: AbortSignal): Promise<Order[]> {
  return everyPage((cursor, limit) => {
    const query = {
      account_id: accountId,
      as_of: asOf,
      status: "open",
      limit,
      ...(cursor && { cursor }),
    };
    return answered(api.GET("/v1/orders", { params: { query }, ...(signal && { signal }) }));
  });
}

/** The newest fills that an account had by then. */
export async function fillsThen(
  accountId: string,
  asOf: string,
  limit = pageRowsMax,
  signal?: AbortSignal,
): Promise<Fill[]> {
  const params = { path: { account_id: accountId }, query: { as_of: asOf, limit } };
  const answer = api.GET("/v1/accounts/{account_id}/fills", { params, ...(signal && { signal }) });
  return (await answered(answer)).items;
}
