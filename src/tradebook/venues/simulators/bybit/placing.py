"""Parameters of a new order → terms that the symbol's rules let through.

https://bybit-exchange.github.io/docs/v5/order/create-order
"""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.ids import ClientOrderId
from tradebook.kernel.money import ZERO, is_multiple, multiply
from tradebook.market.values import Instrument
from tradebook.trading.orders import OrderTerms, OrderType, Side, TimeInForce
from tradebook.venues.simulators.bybit.orders import PLAIN, PREVENTIONS, TPSL, OrderRequest
from tradebook.venues.simulators.bybit.params import Params
from tradebook.venues.simulators.bybit.rejections import Rejection, strange

SIDES = {"Buy": Side.BUY, "Sell": Side.SELL}
TIMES_IN_FORCE = {
    "GTC": TimeInForce.GTC,
    "IOC": TimeInForce.IOC,
    "FOK": TimeInForce.FOK,
    "PostOnly": TimeInForce.GTC,
}
_UNITS = ("baseCoin", "quoteCoin")


def read_request(params: Params) -> OrderRequest:
    """The words of an order. Raises Rejection."""
    order_type = params.word("orderType", ("Market", "Limit"), no=170116)
    side = params.word("side", SIDES, no=170117)
    is_market = order_type == "Market"
    # A market buy is by value unless it says otherwise.
    unit = "quoteCoin" if side == "Buy" else "baseCoin"
    return OrderRequest(
        symbol=params.text("symbol"),
        order_type=order_type,
        time_in_force=params.word("timeInForce", TIMES_IN_FORCE, otherwise="GTC", no=170115),
        market_unit=params.word("marketUnit", _UNITS, otherwise=unit) if is_market else "",
        order_filter=params.word("orderFilter", (PLAIN, TPSL), otherwise=PLAIN, no=170202),
        client_order_id=params.client_order_id(),
        smp_type=params.word("smpType", PREVENTIONS, otherwise="None"),
    )


def terms_of(
    params: Params, request: OrderRequest, instrument: Instrument, last: Decimal | None
) -> OrderTerms:
    """What is asked for. Raises Rejection.

    Spot has no direction of a trigger: which way the price must come to it is told by ``last``, the price of
    the last trade.
    """
    side, quantity = SIDES[params.text("side")], params.amount("qty")
    is_limit = request.order_type == "Limit"
    price, trigger = params.amount("price") if is_limit else None, params.amount("triggerPrice")
    if quantity is None:
        raise strange("qty")
    if is_limit and price is None:
        raise Rejection(170130, "Data sent for parameter 'price' is not valid.")
    if request.order_filter == TPSL and trigger is None:
        raise Rejection(170203, "Please enter the TP/SL price.")
    by_value = request.market_unit == "quoteCoin"
    terms = OrderTerms(
        client_order_id=ClientOrderId(""),
        instrument_id=instrument.instrument_id,
        side=side,
        type=_type(side, trigger, last, is_limit=is_limit),
        quantity=ZERO if by_value else quantity,
        quote_quantity=quantity if by_value else None,
        price=price,
        stop_price=trigger,
        time_in_force=TIMES_IN_FORCE[request.time_in_force],
        post_only=request.time_in_force == "PostOnly",
    )
    require_rules(terms, instrument, last)
    return terms


def require_rules(terms: OrderTerms, instrument: Instrument, last: Decimal | None) -> None:
    """Raises Rejection for an order that a rule of its symbol keeps out."""
    for price in (terms.price, terms.stop_price):
        if price is not None and not is_multiple(price, instrument.tick_size):
            raise Rejection(170134, "Order price has too many decimals.")
    if terms.quote_quantity is not None:
        if not is_multiple(terms.quote_quantity, instrument.quote_step):
            raise Rejection(170148, "Market order amount decimal too long.")
        worth: Decimal | None = terms.quote_quantity
    else:
        if not is_multiple(terms.quantity, instrument.lot_size):
            raise Rejection(170137, "Order quantity has too many decimals.")
        reference = terms.price or terms.stop_price or last
        worth = None if reference is None else multiply(reference, terms.quantity)
    if worth is not None and worth < instrument.min_notional:
        raise Rejection(170140, "Order value exceeded lower limit.")


def _type(side: Side, trigger: Decimal | None, last: Decimal | None, *, is_limit: bool) -> OrderType:
    if trigger is None:
        return OrderType.LIMIT if is_limit else OrderType.MARKET
    rises = last is not None and trigger > last
    if last is not None and rises is (side is Side.SELL):
        return OrderType.TAKE_PROFIT
    return OrderType.STOP_LIMIT if is_limit else OrderType.STOP
