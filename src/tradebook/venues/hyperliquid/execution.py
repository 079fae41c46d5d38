"""Orders of ours as actions of Hyperliquid, and what it answers at once.

There are no market orders: they go as limits, immediate or cancelled, at the price beyond which they may not
trade. Times in force that end by the clock are kept by us, so such orders rest until cancelled.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import derive_id
from tradebook.kernel.money import is_multiple, plain
from tradebook.trading.orders import OrderType, Side, TimeInForce
from tradebook.trading.ports import Attempt, VenueOrder
from tradebook.venues.hyperliquid.nonces import milliseconds
from tradebook.venues.hyperliquid.prices import bounded_price, is_price
from tradebook.venues.hyperliquid.symbols import Universe

TRIGGERED_SLIPPAGE = Decimal("0.1")
"""How far from its trigger a stop without a price may trade where no protection price was set: what the venue
itself gives to take-profits and stop-losses at market."""

_TPSL = {OrderType.STOP: "sl", OrderType.STOP_LIMIT: "sl", OrderType.TAKE_PROFIT: "tp"}
_RESTING = frozenset({TimeInForce.GTC, TimeInForce.GTD, TimeInForce.DAY})

WireOrder = dict[str, Any]
ActionBody = dict[str, Any]


class Grouping(StrEnum):
    """How orders of one action belong together."""

    NONE = "na"
    ENTRY_AND_EXITS = "normalTpsl"
    """Exits that are sized by their entry, work once it is filled, and cancel one another."""
    POSITION = "positionTpsl"
    """Exits that are sized by the position, whatever it is when they trigger."""


def client_order_id_of(order: Attempt) -> str:
    """128 bits in hexadecimal, a function of account, order and attempt: never the same for another."""
    derived = derive_id("hyperliquid", order.account_id, order.order_id, str(order.attempt))
    return f"0x{derived.replace('-', '')}"


def place(
    orders: Sequence[VenueOrder], universe: Universe, *, grouping: Grouping = Grouping.NONE
) -> ActionBody:
    """Place orders with one action. Raises InvalidInput, and KeyError for an instrument not listed."""
    return {
        "type": "order",
        "orders": [
            wire_order(order, universe, quantity=order.quantity, price=order.terms.price) for order in orders
        ],
        "grouping": grouping.value,
    }


def cancel(orders: Sequence[VenueOrder], universe: Universe) -> ActionBody:
    """Cancel orders by our ids, so that it works before the venue's are known."""
    return {
        "type": "cancelByCloid",
        "cancels": [
            {"asset": _asset_of(order, universe), "cloid": client_order_id_of(order)} for order in orders
        ],
    }


def cancel_adopted(universe: Universe, adopted: Sequence[tuple[VenueOrder, int]]) -> ActionBody:
    """Cancel orders that were not placed by us, by the venue's ids."""
    return {
        "type": "cancel",
        "cancels": [{"a": _asset_of(order, universe), "o": oid} for order, oid in adopted],
    }


def modify(
    order: VenueOrder,
    universe: Universe,
    *,
    left: Decimal,
    price: Decimal | None,
    stop_price: Decimal | None,
) -> ActionBody:
    """Give a working order new terms; it keeps our id, and gets another of the venue's.

    ``left`` is what is to work from then on. The venue does not count what was filled before: a fill that
    happens while the request is under way is bought again.
    """
    return {
        "type": "modify",
        "oid": client_order_id_of(order),
        "order": wire_order(order, universe, quantity=left, price=price, stop_price=stop_price),
    }


def schedule_cancel(at: datetime | None) -> ActionBody:
    """The dead-man's switch: cancel everything at a time at least five seconds ahead; None lifts it.

    It fires ten times a day at most.
    """
    return {"type": "scheduleCancel"} if at is None else {"type": "scheduleCancel", "time": milliseconds(at)}


def set_leverage(asset: int, *, leverage: int, is_cross: bool) -> ActionBody:
    """The leverage of a perpetual, and whether the whole account backs it."""
    return {"type": "updateLeverage", "asset": asset, "isCross": is_cross, "leverage": leverage}


def burn_nonce() -> ActionBody:
    """Do nothing under a nonce: a request of that nonce that is still under way can do nothing any more."""
    return {"type": "noop"}


def wire_order(
    order: VenueOrder,
    universe: Universe,
    *,
    quantity: Decimal,
    price: Decimal | None,
    stop_price: Decimal | None = None,
) -> WireOrder:
    """One order in the venue's short words, its keys in the order that is signed.

    Raises InvalidInput for what the venue would refuse or understand otherwise, and KeyError for an
    instrument that is not listed.
    """
    stop = order.terms.stop_price if stop_price is None else stop_price
    return {
        "a": _asset_of(order, universe),
        "b": order.terms.side is Side.BUY,
        "p": plain(_limit_of(order, price, stop)),
        "s": plain(_sized(order, quantity)),
        "r": order.terms.reduce_only,
        "t": _kind_of(order, price, stop),
        "c": client_order_id_of(order),
    }


def _asset_of(order: VenueOrder, universe: Universe) -> int:
    return universe.asset_number(order.instrument.instrument_id)


def _sized(order: VenueOrder, quantity: Decimal) -> Decimal:
    if order.terms.quote_quantity is not None:
        raise _refuse("quote_quantity", "Hyperliquid sizes orders in the base asset", "give quantity")
    if quantity <= 0 or not is_multiple(quantity, order.instrument.lot_size):
        raise _refuse("quantity", "is no multiple of the lot", "cut it to the lot size")
    return quantity


def _limit_of(order: VenueOrder, price: Decimal | None, stop: Decimal | None) -> Decimal:
    """The price, or beyond which no order without one may trade."""
    if price is not None:
        return _priced(order, "price", price)
    side = order.terms.side
    if order.protection_price is not None:
        return _bounded(order, order.protection_price)
    if stop is None:
        raise _refuse("protection_price", "Hyperliquid has no market orders", "say how far it may trade")
    worst = 1 + TRIGGERED_SLIPPAGE if side is Side.BUY else 1 - TRIGGERED_SLIPPAGE
    return _bounded(order, stop * worst)


def _bounded(order: VenueOrder, limit: Decimal) -> Decimal:
    return _priced(order, "protection_price", bounded_price(order.terms.side, limit, order.instrument))


def _priced(order: VenueOrder, field: str, price: Decimal) -> Decimal:
    if price <= 0 or not is_price(price, order.instrument):
        raise _refuse(field, "is on no tick of Hyperliquid", "use five significant figures at most")
    return price


def _kind_of(order: VenueOrder, price: Decimal | None, stop: Decimal | None) -> dict[str, Any]:
    terms = order.terms
    if terms.type in _TPSL:
        if stop is None:
            raise _refuse("stop_price", f"a {terms.type.value} order needs one", "add it")
        trigger = {
            "isMarket": price is None,
            "triggerPx": plain(_priced(order, "stop_price", stop)),
            "tpsl": _TPSL[terms.type],
        }
        return {"trigger": trigger}
    if terms.type is OrderType.MARKET:
        return {"limit": {"tif": "Ioc"}}
    if terms.type is not OrderType.LIMIT:
        raise _refuse("type", f"Hyperliquid holds no {terms.type.value} orders", "let trading watch it")
    if terms.time_in_force is TimeInForce.IOC:
        return {"limit": {"tif": "Ioc"}}
    if terms.time_in_force not in _RESTING:
        raise _refuse("time_in_force", f"Hyperliquid has no {terms.time_in_force.value}", "use ioc or gtc")
    return {"limit": {"tif": "Alo" if terms.post_only else "Gtc"}}


def _refuse(field: str, problem: str, remedy: str) -> InvalidInput:
    return InvalidInput(field, problem, remedy, code="invalid_order")
