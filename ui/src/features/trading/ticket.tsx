import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";

import { answered, api } from "../../api/client";
import { Button, Choice, Field, Problem } from "../../design/controls";
import { figure } from "../../design/figures";
import { textsOf } from "../../design/forms";
import { Panel } from "../../design/panel";

type Kind = "market" | "limit";
type Side = "buy" | "sell";

/** Market and limit orders for one instrument; a refusal is shown in the server's words. */
export function Ticket({ accountId, instrument }: { accountId: string; instrument: string }) {
  const [kind, setKind] = useState<Kind>("limit");
  const place = useMutation({
    mutationFn: async (order: { side: Side; quantity: string; price: string }) =>
      answered(
        await api.POST("/v1/orders", {
          body: {
            account_id: accountId,
            client_order_id: crypto.randomUUID(),
            instrument,
            side: order.side,
            type: kind,
            quantity: order.quantity,
            ...(kind === "limit" && { price: order.price }),
          },
        }),
      ),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    const text = textsOf(event);
    place.mutate({ side: text("side") as Side, quantity: text("quantity"), price: text("price") });
  };
  return (
    <Panel title="Ticket" aside={instrument}>
      <form onSubmit={submit} className="space-y-3 p-4">
        <Choice
          label="Type"
          value={kind}
          onChange={(event) => {
            setKind(event.target.value as Kind);
          }}
        >
          <option value="limit">Limit</option>
          <option value="market">Market</option>
        </Choice>
        <Field label="Quantity" name="quantity" inputMode="decimal" autoComplete="off" required />
        {kind === "limit" && (
          <Field label="Price" name="price" inputMode="decimal" autoComplete="off" required />
        )}
        <div className="grid grid-cols-2 gap-2 pt-1">
          <Button type="submit" name="side" value="buy" tone="gain" disabled={place.isPending}>
            Buy
          </Button>
          <Button type="submit" name="side" value="sell" tone="loss" disabled={place.isPending}>
            Sell
          </Button>
        </div>
        <div aria-live="polite">
          {place.error && <Problem>{place.error.message}</Problem>}
          {place.isSuccess && (
            <p className="text-sm text-muted">
              Recorded at journal position {figure(place.data.journal_position)}.
            </p>
          )}
        </div>
      </form>
    </Panel>
  );
}
