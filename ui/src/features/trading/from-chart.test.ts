import { describe, expect, it } from "vitest";

import { writeNumbers } from "../../design/separators";
import { blank, useDrafts } from "./draft";
import { bitcoin } from "./example";
import { beginFromChart, ordersAt } from "./from-chart";
import { isBracket, isPair, orderOf, pairOf } from "./ticket-order";
import { isReady, problemsOf } from "./ticket-problems";

const market = { bid: "60000", ask: "60000.01" };
const at = (price: string, id: string) => {
  const order = ordersAt(price, "60000", "0.01").find((each) => each.id === id);
  if (!order) throw new Error(`no ${id} at ${price}`);
  const draft = { ...blank, quantity: "0.1", ...order.changes };
  return { title: order.title, draft, sent: orderOf(draft, bitcoin.instrument_id) };
};

describe("an order that begins on the chart", () => {
  it("waits for the market on the side where it stands", () => {
    expect(at("59000", "buy")).toMatchObject({
      title: "Buy limit here",
      sent: { side: "buy", type: "limit", price: "59000" },
    });
    expect(at("61000", "buy").sent).toMatchObject({ type: "stop", stop_price: "61000" });
    expect(at("59000", "sell").sent).toMatchObject({ side: "sell", type: "stop", stop_price: "59000" });
    expect(at("61000", "sell")).toMatchObject({ title: "Sell limit here", sent: { price: "61000" } });
  });

  it("is written into the fields as the person types, and read back as it was meant", () => {
    writeNumbers("point-comma");
    const { draft, sent } = at("59000.01", "buy");
    writeNumbers("space-point");
    expect(draft.price).toBe("59000,01");
    expect(sent.price).toBe("59000.01");
  });

  it("may be a bracket, its exits about the price, on the tick", () => {
    const { draft, sent } = at("59000.01", "bracket");
    expect(isBracket(draft)).toBe(true);
    expect(sent).toMatchObject({
      type: "limit",
      take_profit: { stop_price: "60180.01" },
      stop_loss: { stop_price: "58410.01" },
    });
    expect(at("61000", "bracket").sent).toMatchObject({ type: "stop", stop_price: "61000" });
  });

  it("may be a pair of which one stands here and the other at the other side of the market", () => {
    const above = at("61000", "oco");
    expect(isPair(above.draft)).toBe(true);
    expect(above.sent).toMatchObject({ side: "sell", type: "limit", price: "61000" });
    expect(pairOf(above.draft, "x")).toMatchObject({ side: "sell", type: "stop", stop_price: "59400" });
    const below = at("59000", "oco");
    expect(below.sent.price).toBe("61200");
    expect(pairOf(below.draft, "x").stop_price).toBe("59000");
  });

  it("passes the checks of the ticket as it stands", () => {
    for (const price of ["59000", "61000"])
      for (const { id } of ordersAt(price, "60000", "0.01"))
        expect(isReady(problemsOf(at(price, id).draft, bitcoin, market, 0)), `${id} at ${price}`).toBe(true);
  });

  it("leaves nothing of what was in the ticket before but the quantity", () => {
    useDrafts.setState({
      drafts: { x: { ...blank, quantity: "2", isBracket: true, takeProfit: "1" } },
      summoned: null,
    });
    const [buy] = ordersAt("59000", "60000", "0.01");
    if (buy) beginFromChart("x", buy);
    expect(useDrafts.getState()).toMatchObject({
      drafts: { x: { side: "buy", price: "59000", quantity: "2", isBracket: false, takeProfit: "" } },
      summoned: "x",
    });
  });
});
