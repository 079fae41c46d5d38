"""Orders for the spot market → requests.

https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tradebook.kernel.money import is_multiple
from tradebook.trading.orders import OffsetType, OrderTerms, OrderType, Side, TimeInForce
from tradebook.trading.ports import VenueOrder
from tradebook.venues.binance.requests import Request, client_order_id_of, named, signed
from tradebook.venues.binance.wire import VENUE, milliseconds
from tradebook.venues.errors import Inexpressible
from tradebook.venues.protection import at_once, refuse_all_or_nothing, worst_price

Params = dict[str, str | Decimal | int | None]

_BASIS_POINTS_PER_PERCENT = 100
_AT_ONCE = (TimeInForce.IOC, TimeInForce.FOK)


def place_spot_order(order: VenueOrder, symbol: str) -> Request:
    """Place it. Raises Inexpressible where Binance's words would make another order of it."""
    params = {"symbol": symbol, "side": order.terms.side.upper(), **_body(order)}
    return signed(
        "POST",
        "/api/v3/order",
        **params,
        newClientOrderId=client_order_id_of(order),
        newOrderRespType="FULL",
    )


def cancel_spot_order(order: VenueOrder, symbol: str) -> Request:
    """Cancel it."""
    return signed("DELETE", "/api/v3/order", symbol=symbol, **named(order))


def cancel_all_spot_orders(symbol: str) -> Request:
    """Cancel all that work in a symbol, order lists included."""
    return signed("DELETE", "/api/v3/openOrders", symbol=symbol)


def reduce_spot_order(order: VenueOrder, symbol: str, *, quantity: Decimal) -> Request:
    """Make it smaller where it stands in the queue: the one change that Binance makes in place on spot.

    https://github.com/binance/binance-spot-api-docs/blob/master/faqs/order_amend_keep_priority.md
    """
    return signed(
        "PUT",
        "/api/v3/order/amend/keepPriority",
        symbol=symbol,
        **named(order),
        newClientOrderId=client_order_id_of(order),
        newQty=quantity,
    )


def query_spot_order(order: VenueOrder, symbol: str) -> Request:
    """Ask for it."""
    return signed("GET", "/api/v3/order", symbol=symbol, **named(order))


def open_spot_orders(symbol: str | None = None) -> Request:
    """Ask for all that work; of all symbols it weighs forty times as much."""
    return signed("GET", "/api/v3/openOrders", symbol=symbol)


def query_order_of_id(symbol: str, venue_order_id: str) -> Request:
    """Ask for an order by the id that Binance gave it, whoever placed it."""
    return signed("GET", "/api/v3/order", symbol=symbol, orderId=venue_order_id)


def spot_fills(
    symbol: str,
    *,
    order_id: str | None = None,
    from_id: int | None = None,
    since: datetime | None = None,
    limit: int = 1000,
) -> Request:
    """Ask for the fills of an order, or for those from a trade id or a time on."""
    start = None if since is None else milliseconds(since)
    return signed(
        "GET",
        "/api/v3/myTrades",
        symbol=symbol,
        orderId=order_id,
        fromId=from_id,
        startTime=start,
        limit=limit,
    )


def spot_account() -> Request:
    """Ask for balances, without those of zero."""
    return signed("GET", "/api/v3/account", omitZeroBalances="true")


def key_permissions() -> Request:
    """Ask what the key may do."""
    return signed("GET", "/sapi/v1/account/apiRestrictions")


def trading_fees(symbol: str | None = None) -> Request:
    """Ask what trading costs the account."""
    return signed("GET", "/sapi/v1/asset/tradeFee", symbol=symbol)


def place_oco(above: VenueOrder, below: VenueOrder, symbol: str, *, list_id: str) -> Request:
    """Two exits of which one cancels the other, held together by Binance: above and below the market.

    https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#new-order-list---oco-trade
    Raises Inexpressible where the two are not of one side and size.
    """
    if above.terms.side is not below.terms.side or above.quantity != below.quantity:
        raise Inexpressible(VENUE, "oco_group", "its orders must have one side and one quantity")
    return signed(
        "POST",
        "/api/v3/orderList/oco",
        symbol=symbol,
        listClientOrderId=list_id,
        side=above.terms.side.upper(),
        quantity=above.quantity,
        **_leg(above, "above"),
        **_leg(below, "below"),
        newOrderRespType="FULL",
    )


def _leg(order: VenueOrder, where: str) -> Params:
    if order.terms.type is OrderType.LIMIT:
        # The limit order of a pair rests away from the market, and Binance knows it by this name only.
        body: Params = {"type": "LIMIT_MAKER", "price": order.terms.price}
    elif order.terms.type is OrderType.MARKET:
        raise Inexpressible(VENUE, "oco_group", "a market order waits for nothing")
    else:
        body = _body(order)
        del body["quantity"]
    body["clientOrderId"] = client_order_id_of(order)
    return {where + name[0].upper() + name[1:]: value for name, value in body.items()}


def _body(order: VenueOrder) -> Params:
    terms = order.terms
    if terms.reduce_only and terms.side is Side.BUY:
        raise Inexpressible(VENUE, "reduce_only", "spot has nothing that buying reduces")
    match terms.type:
        case OrderType.MARKET:
            return _market(order)
        case OrderType.LIMIT if terms.post_only:
            return {"type": "LIMIT_MAKER", "quantity": order.quantity, "price": terms.price}
        case OrderType.LIMIT:
            return {
                "type": "LIMIT",
                "timeInForce": _time_in_force(terms),
                "quantity": order.quantity,
                "price": terms.price,
            }
        case OrderType.STOP | OrderType.STOP_LIMIT:
            return _conditional(order, "STOP_LOSS")
        case OrderType.TAKE_PROFIT:
            return _conditional(order, "TAKE_PROFIT")
        case OrderType.TRAILING_STOP:
            return {
                "type": "STOP_LOSS",
                "quantity": order.quantity,
                "stopPrice": terms.stop_price,
                "trailingDelta": _trailing_delta(terms),
            }


def _market(order: VenueOrder) -> Params:
    for_money, worst = order.terms.quote_quantity, worst_price(order)
    if for_money is not None or worst is None:
        refuse_all_or_nothing(order, VENUE)
        sized = {"quantity": order.quantity} if for_money is None else {"quoteOrderQty": for_money}
        return {"type": "MARKET", **sized}
    # Beyond its protection nothing may be traded: at once up to that price, and the rest is cancelled, or
    # nothing at all where less than all of it could be.
    return {
        "type": "LIMIT",
        "timeInForce": at_once(order).upper(),
        "quantity": order.quantity,
        "price": worst,
    }


def _conditional(order: VenueOrder, kind: str) -> Params:
    terms = order.terms
    limit = terms.price or worst_price(order)
    if limit is None:
        return {"type": kind, "quantity": order.quantity, "stopPrice": terms.stop_price}
    return {
        "type": f"{kind}_LIMIT",
        "timeInForce": "IOC" if terms.price is None else _time_in_force(terms),
        "quantity": order.quantity,
        "price": limit,
        "stopPrice": terms.stop_price,
    }


def _time_in_force(terms: OrderTerms) -> str:
    # Spot knows no dates: orders that end with the day or at one work until we cancel them.
    return terms.time_in_force.upper() if terms.time_in_force in _AT_ONCE else "GTC"


def _trailing_delta(terms: OrderTerms) -> Decimal:
    """Hundredths of a per cent, whole ones: faqs/trailing-stop-faq.md."""
    if terms.trailing_offset is None or terms.trailing_offset_type is not OffsetType.PERCENT:
        raise Inexpressible(VENUE, "trailing_offset", "spot trails by a per cent only")
    delta = terms.trailing_offset * _BASIS_POINTS_PER_PERCENT
    if not is_multiple(delta, Decimal(1)):
        raise Inexpressible(VENUE, "trailing_offset", "spot trails by whole hundredths of a per cent")
    return delta
