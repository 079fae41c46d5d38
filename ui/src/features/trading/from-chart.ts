import { compared, times } from "../../design/decimals";
import { asTyped } from "../../design/typing";
import { changeDraft, type Draft, summonTicket } from "./draft";
import { nearest } from "./steps";

/** An order that begins at a price of the chart: what is written into the ticket, which goes on from there. */
interface ChartOrder {
  id: string;
  title: string;
  changes: Partial<Draft> & Pick<Draft, "side">;
}

/** Where the other ends of brackets and pairs stand at first: to be moved, and told by the ticket. */
const lossShare = "0.99";
const profitShare = "1.02";

const alone = {
  isBracket: false,
  takeProfit: "",
  takeProfitLimit: "",
  stopLoss: "",
  stopLossLimit: "",
  isPair: false,
  pairStop: "",
  pairLimit: "",
} satisfies Partial<Draft>;

/** The orders that make sense at a price of the chart, given where the market is. */
export function ordersAt(price: string, market: string, tick: string): ChartOrder[] {
  const isBelow = compared(price, market) < 0;
  const part = (of: string, share: string) => asTyped(nearest(times(of, share), tick));
  const here = asTyped(price);
  const limit = { ...alone, kind: "limit", price: here } as const;
  const stop = { ...alone, kind: "stop", stopPrice: here } as const;
  const buy = { ...(isBelow ? limit : stop), side: "buy" } as const;
  const sell = { ...(isBelow ? stop : limit), side: "sell" } as const;
  const bracket = {
    ...buy,
    isBracket: true,
    takeProfit: part(price, profitShare),
    stopLoss: part(price, lossShare),
  };
  const pair = {
    ...limit,
    side: "sell",
    isPair: true,
    price: isBelow ? part(market, profitShare) : here,
    pairStop: isBelow ? here : part(market, lossShare),
  } as const;
  const entry = isBelow ? "buy limit" : "buy stop";
  return [
    { id: "buy", title: isBelow ? "Buy limit here" : "Buy stop here", changes: buy },
    { id: "sell", title: isBelow ? "Sell stop here" : "Sell limit here", changes: sell },
    { id: "bracket", title: `Bracket: ${entry} here…`, changes: bracket },
    {
      id: "oco",
      title: isBelow ? "OCO: stop here, sell above…" : "OCO: sell here, stop below…",
      changes: pair,
    },
  ];
}

/** Write it into the ticket and go there: it is checked, previewed and confirmed as any other. */
export function beginFromChart(instrumentId: string, order: ChartOrder): void {
  changeDraft(instrumentId, order.changes);
  summonTicket(instrumentId, order.changes.side);
}
