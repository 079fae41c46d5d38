"""Our orders as requests of Bybit, over REST or the trade stream.

Every answer only says that a request was taken: what became of the order is told by the private stream.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum

import msgspec

from tradebook.kernel.errors import Refused
from tradebook.kernel.ids import derive_id
from tradebook.kernel.money import plain
from tradebook.trading.conditions import CONDITIONAL_TYPES, moved_protection
from tradebook.trading.orders import OrderType, PositionSide, Side, TimeInForce
from tradebook.trading.ports import Attempt, VenueOrder
from tradebook.venues.bybit.capabilities import capabilities_of
from tradebook.venues.bybit.requests import Params, Request
from tradebook.venues.bybit.signing import RECV_WINDOW_MS
from tradebook.venues.bybit.symbols import Category, category_of
from tradebook.venues.bybit.wire.base import VENUE
from tradebook.venues.messages.instruments import ListedInstrument
from tradebook.venues.protection import at_once, refuse_all_or_nothing, worst_price

TRADE_STREAM_OPERATIONS = {
    "/v5/order/create": "order.create",
    "/v5/order/amend": "order.amend",
    "/v5/order/cancel": "order.cancel",
}
"""What the trade stream takes (https://bybit-exchange.github.io/docs/v5/websocket/trade/guideline)."""

SIDES = {Side.BUY: "Buy", Side.SELL: "Sell"}
TIMES_IN_FORCE = {
    TimeInForce.GTC: "GTC",
    TimeInForce.IOC: "IOC",
    TimeInForce.FOK: "FOK",
    # The venue knows no end of an order: trading cancels it when its time has come.
    TimeInForce.GTD: "GTC",
    TimeInForce.DAY: "GTC",
}
POSITION_INDICES = {PositionSide.NET: 0, PositionSide.LONG: 1, PositionSide.SHORT: 2}
"""https://bybit-exchange.github.io/docs/v5/enum#positionidx: one that the account's mode does not have is
refused."""
SPOT_FILTERS = ("Order", "tpslOrder", "StopOrder", "OcoOrder", "BidirectionalTpslOrder")
"""Cancelling all orders on spot means one kind of them at a time."""


class TriggerDirection(IntEnum):
    """Which way the price comes to the trigger."""

    RISE = 1
    FALL = 2


class DisconnectProduct(StrEnum):
    """What a dead man's switch is set for (https://bybit-exchange.github.io/docs/v5/order/dcp)."""

    SPOT = "SPOT"
    DERIVATIVES = "DERIVATIVES"
    OPTIONS = "OPTIONS"


def client_order_id_of(order: Attempt) -> str:
    """Our id of an order at the venue: the same for the same attempt, another for every other.

    36 characters of the letters, digits and dashes that ``orderLinkId`` allows, and its longest.
    """
    return derive_id(VENUE, order.account_id, order.order_id, str(order.attempt))


def place(order: VenueOrder, listed: ListedInstrument) -> Request:
    """The request that places an order.

    Triggers are last prices, as ours are. A market order that has a worst price goes as a limit order that
    is filled at once or cancelled, which is what Bybit makes of it anyway, in whole where it wants all or
    nothing; one by value has no worst price there. Spot never borrows. Raises Refused for what
    Bybit cannot hold, and for what it would make another order of.
    """
    category = category_of(listed)
    if category is Category.OPTION:
        raise _cannot("options")
    terms = order.terms
    params: Params = {
        "category": category.value,
        "symbol": listed.venue_symbol,
        "side": SIDES[terms.side],
        **_sizing(order, category),
        "orderLinkId": client_order_id_of(order),
    }
    if terms.type in CONDITIONAL_TYPES:
        params |= _trigger(order, category)
    if category is Category.SPOT:
        params["isLeverage"] = 0
    else:
        params["positionIdx"] = POSITION_INDICES[terms.position_side]
        params["reduceOnly"] = terms.reduce_only
    return Request(method="POST", path="/v5/order/create", params=params)


def change(
    order: VenueOrder,
    listed: ListedInstrument,
    *,
    quantity: Decimal,
    price: Decimal | None,
    stop_price: Decimal | None,
) -> Request:
    """The request that changes an order in place; ``quantity`` is all of it, filled or not.

    What stays is left out, as Bybit wants it. Where an order has no price of its own but is bounded by one,
    the bound moves with its trigger.
    """
    terms, params = order.terms, _named(order, listed)
    if quantity != terms.quantity:
        params["qty"] = plain(quantity)
    if price is not None and price != terms.price:
        params["price"] = plain(price)
    if stop_price is not None and stop_price != terms.stop_price:
        params["triggerPrice"] = plain(stop_price)
        bound = worst_price(_moved(order, stop_price))
        if terms.price is None and bound is not None:
            params["price"] = plain(bound)
    return Request(method="POST", path="/v5/order/amend", params=params)


def cancel(order: VenueOrder, listed: ListedInstrument, *, has_triggered: bool = False) -> Request:
    """The request that cancels an order; ``has_triggered`` where it may be one like any other by now."""
    params = _named(order, listed)
    if category_of(listed) is Category.SPOT:
        params["orderFilter"] = "Order" if has_triggered else _spot_filter(order)
    return Request(method="POST", path="/v5/order/cancel", params=params)


def set_leverage(listed: ListedInstrument, leverage: Decimal) -> Request:
    """The request that sets how many times its margin a position may be worth, long or short."""
    params: Params = {"category": category_of(listed).value, "symbol": listed.venue_symbol}
    params |= {"buyLeverage": plain(leverage), "sellLeverage": plain(leverage)}
    return Request(method="POST", path="/v5/position/set-leverage", params=params)


def cancel_all(category: Category, *, symbol: str = "", settle_asset: str = "") -> tuple[Request, ...]:
    """The requests that cancel all orders of a category; linear and inverse want a symbol or an asset.

    Of futures Bybit cancels 500 at a time: ask what is left.
    """
    params: Params = {"category": category.value}
    if symbol:
        params["symbol"] = symbol
    elif settle_asset and category is not Category.SPOT:
        params["settleCoin"] = settle_asset
    path = "/v5/order/cancel-all"
    if category is not Category.SPOT:
        return (Request(method="POST", path=path, params=params),)
    return tuple(
        Request(method="POST", path=path, params={**params, "orderFilter": kind}) for kind in SPOT_FILTERS
    )


def cancel_all_on_disconnect(product: DisconnectProduct, *, after_s: int) -> Request:
    """Arm the dead man's switch: cancel all when the private stream is away for so long, 3 to 300 seconds.

    The stream must have subscribed ``dcp``, and Bybit must have opened the function to the account.
    """
    if not 3 <= after_s <= 300:
        raise ValueError("Bybit waits 3 to 300 seconds")
    params: Params = {"product": product.value, "timeWindow": after_s}
    return Request(method="POST", path="/v5/order/disconnected-cancel-all", params=params)


def trade_frame(
    request: Request, *, request_id: str, at: datetime, recv_window_ms: int = RECV_WINDOW_MS
) -> bytes:
    """A request as a frame of the trade stream; ``request_id`` must never have been used on it."""
    return msgspec.json.encode(
        {
            "reqId": request_id,
            "header": {
                "X-BAPI-TIMESTAMP": str(round(at.timestamp() * 1000)),
                "X-BAPI-RECV-WINDOW": str(recv_window_ms),
            },
            "op": TRADE_STREAM_OPERATIONS[request.path],
            "args": [request.params],
        }
    )


def _named(order: VenueOrder, listed: ListedInstrument) -> Params:
    return {
        "category": category_of(listed).value,
        "symbol": listed.venue_symbol,
        "orderLinkId": client_order_id_of(order),
    }


def _moved(order: VenueOrder, stop_price: Decimal) -> VenueOrder:
    bound = moved_protection(order.protection_price, stop_price=order.terms.stop_price, moved_to=stop_price)
    return msgspec.structs.replace(order, protection_price=bound)


def _sizing(order: VenueOrder, category: Category) -> Params:
    terms = order.terms
    is_spot = category is Category.SPOT
    if terms.quote_quantity is not None:
        if not is_spot or terms.price is not None:
            raise _cannot("quote_quantity")
        refuse_all_or_nothing(order, VENUE)
        return {"orderType": "Market", "qty": plain(terms.quote_quantity), "marketUnit": "quoteCoin"}
    params: Params = {"qty": plain(order.quantity)}
    if terms.price is not None:
        time_in_force = "PostOnly" if terms.post_only else TIMES_IN_FORCE[terms.time_in_force]
        return params | {"orderType": "Limit", "price": plain(terms.price), "timeInForce": time_in_force}
    worst = worst_price(order)
    if worst is not None:
        return params | {
            "orderType": "Limit",
            "price": plain(worst),
            "timeInForce": TIMES_IN_FORCE[at_once(order)],
        }
    refuse_all_or_nothing(order, VENUE)
    return params | {"orderType": "Market"} | ({"marketUnit": "baseCoin"} if is_spot else {})


def _trigger(order: VenueOrder, category: Category) -> Params:
    terms = order.terms
    if terms.type not in capabilities_of(category).rests or terms.stop_price is None:
        raise _cannot(terms.type.value)
    params: Params = {"triggerPrice": plain(terms.stop_price)}
    if category is Category.SPOT:
        return params | {"orderFilter": _spot_filter(order)}
    rises = (terms.side is Side.BUY) is not (terms.type is OrderType.TAKE_PROFIT)
    direction = TriggerDirection.RISE if rises else TriggerDirection.FALL
    params |= {"triggerDirection": direction.value, "triggerBy": "LastPrice"}
    # What protects a position must not fail for want of margin: other orders give way to it.
    protects = terms.reduce_only and terms.type is not OrderType.TAKE_PROFIT
    return params | ({"closeOnTrigger": True} if protects else {})


def _spot_filter(order: VenueOrder) -> str:
    # A TP/SL order sets aside what it will need, as our holds do; a conditional one would be cancelled when
    # it triggers and the funds are gone. Once triggered it is an order like any other, and its type says so.
    return "tpslOrder" if order.terms.type in CONDITIONAL_TYPES else "Order"


def _cannot(what: str) -> Refused:
    return Refused("venue_cannot", f"Venue {VENUE!r} does not know {what}.", {"venue": VENUE, "what": what})
