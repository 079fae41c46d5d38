import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";

import { answered, api, Refused } from "../../api/client";
import type { Instrument } from "../../api/types";
import { Button, Field, Problem, Segments } from "../../design/controls";
import { decimalsOf, figure } from "../../design/figures";
import { textsOf } from "../../design/forms";
import { Panel } from "../../design/panel";
import { useBalances, useTakeIn } from "../../api/book";
import {
  type Kind,
  OrderIds,
  orderOf,
  type Problems,
  problemsOf,
  type Side,
  type TicketOrder,
  valueOf,
} from "./ticket-order";

const kinds: Record<Kind, string> = { limit: "Limit", market: "Market" };
const orderIds = new OrderIds();

function usePlaceOrder(accountId: string) {
  const takeIn = useTakeIn();
  return useMutation({
    mutationFn: async (order: TicketOrder) => {
      const body = { account_id: accountId, ...order };
      try {
        const answer = await answered(
          api.POST("/v1/orders", { body: { ...body, client_order_id: orderIds.idFor(body) } }),
        );
        orderIds.answered(body);
        return answer;
      } catch (error) {
        if (error instanceof Refused && error.wasAnswered) orderIds.answered(body);
        throw error;
      }
    },
    onSuccess: takeIn,
  });
}

/** Market and limit orders for one instrument; a refusal is shown in the server's words. */
export function Ticket({
  accountId,
  instrument,
  bid,
  ask,
  isStale,
}: {
  accountId: string;
  instrument: Instrument;
  bid: string | null;
  ask: string | null;
  isStale: boolean;
}) {
  const [kind, setKind] = useState<Kind>("limit");
  const [quantity, setQuantity] = useState("");
  const [price, setPrice] = useState("");
  const [problems, setProblems] = useState<Problems>({});
  const place = usePlaceOrder(accountId);
  const typed = { kind, quantity, price };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    const side = textsOf(event)("side") as Side;
    const found = problemsOf(typed, ask);
    setProblems(found);
    if (Object.keys(found).length === 0) place.mutate(orderOf(typed, side, instrument));
    else place.reset();
  };
  const takePrice = (at: string) => {
    setKind("limit");
    setPrice(at);
  };
  return (
    <Panel title="Ticket" aside={<span className="font-medium text-text">{instrument.symbol}</span>}>
      <form onSubmit={submit} noValidate className="p-4">
        {/* Enter in a field must not choose a side: the form's first button, which it would press, does nothing. */}
        <button type="submit" disabled hidden />
        <div className="space-y-3">
          <div className={`grid grid-cols-2 gap-2 ${isStale ? "text-muted" : ""}`}>
            <TakePrice label="Bid" price={bid} instrument={instrument} onTake={takePrice} />
            <TakePrice label="Ask" price={ask} instrument={instrument} onTake={takePrice} />
          </div>
          <Segments label="Type" options={kinds} value={kind} onChoose={setKind} />
          <Field
            label="Quantity"
            unit={instrument.base_asset}
            problem={problems.quantity}
            value={quantity}
            onChange={(event) => {
              setQuantity(event.target.value);
            }}
            inputMode="decimal"
            autoComplete="off"
          />
          {kind === "limit" && (
            <Field
              label="Price"
              unit={instrument.quote_asset}
              problem={problems.price}
              value={price}
              onChange={(event) => {
                setPrice(event.target.value);
              }}
              inputMode="decimal"
              autoComplete="off"
            />
          )}
          <Means accountId={accountId} instrument={instrument} value={valueOf(typed, ask)} />
          <div className="grid grid-cols-2 gap-2">
            <Button type="submit" name="side" value="buy" tone="gain" disabled={place.isPending}>
              Buy
            </Button>
            <Button type="submit" name="side" value="sell" tone="loss" disabled={place.isPending}>
              Sell
            </Button>
          </div>
        </div>
        <Outcome place={place} />
      </form>
    </Panel>
  );
}

/** A price of the market; pressing it makes it the price of the order. */
function TakePrice({
  label,
  price,
  instrument,
  onTake,
}: {
  label: string;
  price: string | null;
  instrument: Instrument;
  onTake: (price: string) => void;
}) {
  return (
    <button
      type="button"
      disabled={!price}
      title={`Use the ${label.toLowerCase()} as the price`}
      onClick={() => {
        if (price) onTake(price);
      }}
      className="cursor-pointer rounded-control border border-line px-2.5 py-1.5 text-left enabled:hover:border-muted"
    >
      <span className="block text-xs text-muted">{label}</span>
      <span className="block text-xl font-semibold tabular-nums">
        {price ? figure(price, decimalsOf(instrument.tick_size)) : "–"}
      </span>
    </button>
  );
}

/** What the order is worth, and what there is to pay for it with. */
function Means({
  accountId,
  instrument,
  value,
}: {
  accountId: string;
  instrument: Instrument;
  value: string | null;
}) {
  const balances = useBalances(accountId);
  const available = (asset: string) =>
    `${figure(balances?.find((balance) => balance.asset === asset)?.available ?? "0")} ${asset}`;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-xs [&>dd]:text-right [&>dd]:tabular-nums [&>dt]:text-muted">
      <dt>Value</dt>
      <dd>{value ? `${figure(value)} ${instrument.quote_asset}` : "–"}</dd>
      <dt>To buy with</dt>
      <dd>{available(instrument.quote_asset)}</dd>
      <dt>To sell</dt>
      <dd>{available(instrument.base_asset)}</dd>
    </dl>
  );
}

function NotPlaced({ error }: { error: Error }) {
  return error instanceof Refused && error.wasAnswered ? (
    <Problem title="Order denied">{error.message}</Problem>
  ) : (
    <Problem
      title="No answer yet"
      remedy="The order may have been recorded. Sending it again is safe: it is never placed twice."
    >
      {error.message}
    </Problem>
  );
}

/** What became of the last order, told to screen readers as well. */
function Outcome({ place }: { place: ReturnType<typeof usePlaceOrder> }) {
  return (
    <div aria-live="polite" className="*:mt-3">
      {place.error && <NotPlaced error={place.error} />}
      {place.data && (
        <p className="text-xs text-muted">
          {place.data.order.side === "buy" ? "Buy" : "Sell"} order recorded at journal position{" "}
          {figure(place.data.journal_position)}.
        </p>
      )}
    </div>
  );
}
