import type { Instrument } from "../../api/types";
import { minus, over, plus, times, writtenDecimals } from "../../design/decimals";
import type { Draft } from "./draft";
import { downTo } from "./steps";
import { type Market, marketPrice, priceOf } from "./ticket-problems";

/** Which asset the order is paid with. */
export function paidWith(side: Draft["side"], instrument: Instrument): string {
  return side === "buy" ? instrument.quote_asset : instrument.base_asset;
}

/** How much the market may slip where the account sets no collar; as the server reckons it. */
const slippage = "0.05";

/**
 * The quantity that `share` ("0.25") of what is available pays for, with a fee that comes on top and, where the market sets the price,
 * with what the server holds in case it slips. Null where there is no price yet.
 */
export function sizeFor(
  draft: Draft,
  instrument: Instrument,
  market: Market,
  { available, share, collar }: { available: string; share: string; collar: string | null },
): string | null {
  const spent = times(available, share);
  if (draft.isInQuote) {
    if (draft.side === "buy") return downTo(spent, instrument.tick_size);
    const bid = marketPrice(draft, market);
    return bid && downTo(times(times(spent, bid), minus("1", collar ?? "0")), instrument.tick_size);
  }
  if (draft.side === "sell") return downTo(spent, instrument.lot_size);
  const price = priceOf(draft, market);
  if (!price) return null;
  const hasOwnPrice = (draft.kind === "limit" || draft.kind === "stop_limit") && draft.price !== "";
  const worst = hasOwnPrice ? price : times(price, plus("1", collar ?? slippage));
  const onTop = instrument.buy_fee_asset === instrument.quote_asset ? instrument.taker_fee_rate : "0";
  const each = times(worst, plus("1", onTop));
  const quantity = over(spent, each, writtenDecimals(instrument.lot_size) + 2);
  return quantity && downTo(quantity, instrument.lot_size);
}
