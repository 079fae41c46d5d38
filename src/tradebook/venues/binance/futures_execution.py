"""Orders for USD-M futures → requests. Conditional orders go to a service of their own, the algo endpoints.

https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tradebook.trading.orders import (
    MarginMode,
    OffsetType,
    OrderTerms,
    OrderType,
    PositionSide,
    Side,
    TimeInForce,
)
from tradebook.trading.ports import VenueOrder
from tradebook.venues.binance.requests import Request, client_order_id_of, named, signed, with_key
from tradebook.venues.binance.wire import VENUE, milliseconds
from tradebook.venues.errors import Inexpressible
from tradebook.venues.protection import at_once, refuse_all_or_nothing, worst_price

Params = dict[str, str | Decimal | int | None]

CONDITIONAL = frozenset(
    {OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TAKE_PROFIT, OrderType.TRAILING_STOP}
)
"""What rests in the algo service, and is cancelled and asked for there."""

_AT_ONCE = (TimeInForce.IOC, TimeInForce.FOK)
_CALLBACK_RATE_MIN, _CALLBACK_RATE_MAX = Decimal("0.1"), Decimal(10)


def place_futures_order(order: VenueOrder, symbol: str, *, hedge_mode: bool) -> Request:
    """Place it. Raises Inexpressible where Binance's words would make another order of it."""
    terms = order.terms
    if terms.quote_quantity is not None:
        raise Inexpressible(VENUE, "quote_quantity", "futures are sized in the base asset")
    params = {"symbol": symbol, "side": terms.side.upper(), **_position(terms, hedge_mode=hedge_mode)}
    client_order_id = client_order_id_of(order)
    if terms.type in CONDITIONAL:
        body = _conditional(order)
        return signed(
            "POST",
            "/fapi/v1/algoOrder",
            algoType="CONDITIONAL",
            **params,
            **body,
            workingType="CONTRACT_PRICE",
            clientAlgoId=client_order_id,
        )
    return signed(
        "POST",
        "/fapi/v1/order",
        **params,
        **_body(order),
        newClientOrderId=client_order_id,
        newOrderRespType="RESULT",
    )


def cancel_futures_order(order: VenueOrder, symbol: str) -> Request:
    """Cancel it by our id, where it rests. Triggered, it is an order like others, under the same id."""
    if order.terms.type in CONDITIONAL:
        return signed("DELETE", "/fapi/v1/algoOrder", clientAlgoId=client_order_id_of(order))
    return cancel_triggered_order(order, symbol)


def cancel_triggered_order(order: VenueOrder, symbol: str) -> Request:
    """Cancel what an order is, or went on as, in the matching engine."""
    return signed("DELETE", "/fapi/v1/order", symbol=symbol, **named(order))


def cancel_all_futures_orders(symbol: str) -> tuple[Request, Request]:
    """Cancel all that work in a symbol, and all that wait there for a trigger."""
    return (
        signed("DELETE", "/fapi/v1/allOpenOrders", symbol=symbol),
        signed("DELETE", "/fapi/v1/algoOpenOrders", symbol=symbol),
    )


def cancel_all_after(symbol: str, *, seconds: Decimal) -> Request:
    """The dead man's switch: all orders of a symbol end in so many seconds, unless said again; 0 stops it."""
    milliseconds_left = int(seconds * 1000)
    return signed("POST", "/fapi/v1/countdownCancelAll", symbol=symbol, countdownTime=milliseconds_left)


def change_futures_order(order: VenueOrder, symbol: str, *, quantity: Decimal, price: Decimal) -> Request:
    """Change quantity (all of it, filled part included) and price of a limit order in place.

    Raises Inexpressible for any other type.
    """
    if order.terms.type is not OrderType.LIMIT:
        raise Inexpressible(VENUE, "type", "only limit orders can be changed in place")
    return signed(
        "PUT",
        "/fapi/v1/order",
        symbol=symbol,
        side=order.terms.side.upper(),
        **named(order),
        quantity=quantity,
        price=price,
    )


def query_futures_order(order: VenueOrder, symbol: str) -> Request:
    """Ask for it by our id, where it rests."""
    if order.terms.type in CONDITIONAL:
        return signed("GET", "/fapi/v1/algoOrder", clientAlgoId=client_order_id_of(order))
    return query_triggered_order(order, symbol)


def query_futures_order_of_id(symbol: str, venue_order_id: str) -> Request:
    """Ask for an order that may not be ours, by Binance's id."""
    return signed("GET", "/fapi/v1/order", symbol=symbol, orderId=venue_order_id)


def query_triggered_order(order: VenueOrder, symbol: str) -> Request:
    """Ask for what an order is, or went on as, in the matching engine."""
    return signed("GET", "/fapi/v1/order", symbol=symbol, **named(order))


def open_futures_orders(symbol: str | None = None) -> tuple[Request, Request]:
    """Ask for all that work, and all that wait for a trigger; of all symbols it weighs forty times more."""
    return (
        signed("GET", "/fapi/v1/openOrders", symbol=symbol),
        signed("GET", "/fapi/v1/openAlgoOrders", symbol=symbol),
    )


def futures_fills(
    symbol: str,
    *,
    order_id: str | None = None,
    from_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 1000,
) -> Request:
    """Ask for fills of an order, from a trade id on, or of seven days at most."""
    start = None if since is None else milliseconds(since)
    end = None if until is None else milliseconds(until)
    return signed(
        "GET",
        "/fapi/v1/userTrades",
        symbol=symbol,
        orderId=order_id,
        fromId=from_id,
        startTime=start,
        endTime=end,
        limit=limit,
    )


def incomes(*, since: datetime, kind: str | None = None, page: int = 1, limit: int = 1000) -> Request:
    """Ask for money that came or went, of one kind or all; Binance keeps three months of it."""
    start = milliseconds(since)
    return signed("GET", "/fapi/v1/income", incomeType=kind, startTime=start, page=page, limit=limit)


def futures_balances() -> Request:
    """Ask for balances."""
    return signed("GET", "/fapi/v3/balance")


def positions() -> Request:
    """Ask for positions; the second version of the answer, which tells leverage and margin mode."""
    return signed("GET", "/fapi/v2/positionRisk")


def leverage_settings() -> Request:
    """Ask for leverage and margin mode by symbol."""
    return signed("GET", "/fapi/v1/symbolConfig")


def leverage_brackets() -> Request:
    """Ask how much leverage positions may have, of all symbols."""
    return signed("GET", "/fapi/v1/leverageBracket")


def futures_fees(symbol: str) -> Request:
    """Ask what trading a symbol costs."""
    return signed("GET", "/fapi/v1/commissionRate", symbol=symbol)


def hedge_mode() -> Request:
    """Ask whether long and short are two positions."""
    return signed("GET", "/fapi/v1/positionSide/dual")


def set_leverage(symbol: str, leverage: int) -> Request:
    """Open positions with it from now on."""
    return signed("POST", "/fapi/v1/leverage", symbol=symbol, leverage=leverage)


def set_margin_mode(symbol: str, mode: MarginMode) -> Request:
    """Open positions in it from now on."""
    word = "ISOLATED" if mode is MarginMode.ISOLATED else "CROSSED"
    return signed("POST", "/fapi/v1/marginType", symbol=symbol, marginType=word)


def open_listen_key() -> Request:
    """Start the stream of the account, or find the one that runs; it ends after 60 minutes."""
    return with_key("POST", "/fapi/v1/listenKey")


def keep_listen_key() -> Request:
    """Another 60 minutes."""
    return with_key("PUT", "/fapi/v1/listenKey")


def _position(terms: OrderTerms, *, hedge_mode: bool) -> Params:
    is_of_two = terms.position_side is not PositionSide.NET
    if is_of_two is not hedge_mode:
        has = "two positions of each symbol" if hedge_mode else "one position of each symbol"
        raise Inexpressible(VENUE, "position_side", f"the account has {has}")
    if not hedge_mode:
        return {"reduceOnly": "true" if terms.reduce_only else None}
    # With two positions the side that is meant says whether it reduces, and saying it twice is refused
    # (-1106).
    closes = (terms.side is Side.SELL) is (terms.position_side is PositionSide.LONG)
    if terms.reduce_only and not closes:
        raise Inexpressible(VENUE, "reduce_only", "it would open the position that it names")
    return {"positionSide": terms.position_side.upper()}


def _body(order: VenueOrder) -> Params:
    terms = order.terms
    if terms.type is OrderType.LIMIT:
        return {
            "type": "LIMIT",
            "timeInForce": _time_in_force(terms),
            "quantity": order.quantity,
            "price": terms.price,
        }
    worst = worst_price(order)
    if worst is None:
        refuse_all_or_nothing(order, VENUE)
        return {"type": "MARKET", "quantity": order.quantity}
    # Beyond its protection nothing may be traded: at once up to that price, and the rest is cancelled, or
    # nothing at all where less than all of it could be.
    return {
        "type": "LIMIT",
        "timeInForce": at_once(order).upper(),
        "quantity": order.quantity,
        "price": worst,
    }


def _conditional(order: VenueOrder) -> Params:
    terms = order.terms
    if terms.type is OrderType.TRAILING_STOP:
        return {
            "type": "TRAILING_STOP_MARKET",
            "quantity": order.quantity,
            "activatePrice": terms.stop_price,
            "callbackRate": _callback_rate(terms),
        }
    kind = "TAKE_PROFIT" if terms.type is OrderType.TAKE_PROFIT else "STOP"
    limit = terms.price or worst_price(order)
    if limit is None:
        return {"type": f"{kind}_MARKET", "quantity": order.quantity, "triggerPrice": terms.stop_price}
    return {
        "type": kind,
        "timeInForce": "IOC" if terms.price is None else _time_in_force(terms),
        "quantity": order.quantity,
        "price": limit,
        "triggerPrice": terms.stop_price,
    }


def _time_in_force(terms: OrderTerms) -> str:
    # Dates less than ten minutes away are refused there, and conditional orders know none: we end those
    # orders.
    if terms.time_in_force in _AT_ONCE:
        return terms.time_in_force.upper()
    return "GTX" if terms.post_only else "GTC"


def _callback_rate(terms: OrderTerms) -> Decimal:
    if terms.trailing_offset is None or terms.trailing_offset_type is not OffsetType.PERCENT:
        raise Inexpressible(VENUE, "trailing_offset", "futures trail by a per cent only")
    if not _CALLBACK_RATE_MIN <= terms.trailing_offset <= _CALLBACK_RATE_MAX:
        raise Inexpressible(VENUE, "trailing_offset", "futures trail by 0.1 to 10 per cent")
    return terms.trailing_offset
