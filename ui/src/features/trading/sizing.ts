import type { Instrument } from "../../api/types";
import { minus, over, plus, times, writtenDecimals } from "../../design/decimals";
import type { Draft } from "./draft";
import { downTo } from "./steps";
import { type Market, marketPrice, priceOf } from "./ticket-problems";

/** Which asset the order is paid with, or secured by. */
export function paidWith(side: Draft["side"], instrument: Instrument): string {
  if (instrument.contract) return instrument.contract.settle_asset;
  return side === "buy" ? instrument.quote_asset : instrument.base_asset;
}

/** How much the market may slip where the account sets no collar; as the server reckons it. */
const slippage = "0.05";

interface Means {
  available: string;
  /** Of it: "0.25". */
  share: string;
  collar: string | null;
  /** How many times its margin a position in a contract may be worth. */
  leverage?: string | undefined;
}

/**
 * The quantity that `share` ("0.25") of what is available pays for, with a fee that comes on top and, where the market sets the price,
 * with what the server holds in case it slips. Null where there is no price yet.
 */
export function sizeFor(
  draft: Draft,
  instrument: Instrument,
  market: Market,
  { available, share, collar, leverage = "1" }: Means,
): string | null {
  const spent = times(available, share);
  if (instrument.contract) return contractsFor(draft, instrument, market, { spent, collar, leverage });
  if (draft.isInQuote) {
    if (draft.side === "buy") return downTo(spent, instrument.tick_size);
    const bid = marketPrice(draft, market);
    return bid && downTo(times(times(spent, bid), minus("1", collar ?? "0")), instrument.tick_size);
  }
  if (draft.side === "sell") return downTo(spent, instrument.lot_size);
  const worst = worstPrice(draft, market, collar);
  if (!worst) return null;
  const onTop = instrument.buy_fee_asset === instrument.quote_asset ? instrument.taker_fee_rate : "0";
  const each = times(worst, plus("1", onTop));
  const quantity = over(spent, each, writtenDecimals(instrument.lot_size) + 2);
  return quantity && downTo(quantity, instrument.lot_size);
}

/** The price that the order is held for: its own, or the market's and how far that may slip. */
function worstPrice(draft: Draft, market: Market, collar: string | null): string | null {
  const price = priceOf(draft, market);
  const hasOwnPrice = (draft.kind === "limit" || draft.kind === "stop_limit") && draft.price !== "";
  return !price || hasOwnPrice ? price : times(price, plus("1", collar ?? slippage));
}

/** How many contracts `spent` secures, with the fee. */
function contractsFor(
  draft: Draft,
  instrument: Instrument,
  market: Market,
  { spent, collar, leverage }: { spent: string; collar: string | null; leverage: string },
): string | null {
  const price = draft.side === "buy" ? worstPrice(draft, market, collar) : priceOf(draft, market);
  const margin = over("1", leverage, 12);
  if (!price || !margin) return null;
  const part = plus(margin, instrument.taker_fee_rate);
  const size = instrument.contract?.inverse_size ?? null;
  const digits = writtenDecimals(instrument.lot_size) + 2;
  const quantity = size
    ? over(times(spent, price), times(size, part), digits)
    : over(spent, times(price, part), digits);
  return quantity && downTo(quantity, instrument.lot_size);
}
