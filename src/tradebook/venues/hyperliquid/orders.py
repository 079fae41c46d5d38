"""How orders stand at Hyperliquid: pushed, asked for one by one, or as a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from tradebook.kernel.money import ZERO
from tradebook.trading.orders import OrderStatus, OrderType
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.figures import require_finite
from tradebook.venues.hyperliquid.reading import SIDES, VENUE, decode, reading, time_of
from tradebook.venues.hyperliquid.statuses import (
    AT_ANY_PRICE,
    LIFETIMES,
    ORDER_TYPES,
    REASONS,
    STATUSES,
    Meaning,
)
from tradebook.venues.hyperliquid.symbols import TakesCoin, any_coin
from tradebook.venues.messages.account import Cause, ExecType, ExecutionReport
from tradebook.venues.symbols import Symbols


class Child(msgspec.Struct, frozen=True):
    """An exit that waits for its entry; it also stands in the list by itself."""

    oid: int


class Order(msgspec.Struct, frozen=True, rename="camel"):
    """An order; what is pushed tells less than what is asked for."""

    coin: str
    side: str
    limit_px: Decimal
    sz: Decimal
    """What is left."""
    oid: int
    timestamp: int
    """When it was placed."""
    orig_sz: Decimal | None = None
    cloid: str | None = None
    reduce_only: bool = False
    order_type: str | None = None
    tif: str | None = None
    is_trigger: bool = False
    trigger_px: Decimal | None = None
    is_position_tpsl: bool = False
    children: tuple[Child, ...] = ()

    def __post_init__(self) -> None:
        require_finite(self)


class OrderUpdate(msgspec.Struct, frozen=True, rename="camel"):
    order: Order
    status: str
    status_timestamp: int


class StatusAnswer(msgspec.Struct, frozen=True):
    """To ``orderStatus``; ``unknownOid`` comes without an order."""

    status: str
    order: OrderUpdate | None = None


def decode_order_status(data: bytes, symbols: Symbols) -> ExecutionReport | None:
    """The answer to ``orderStatus``: None for an order that the venue does not know, or no longer.

    It forgets finished orders of accounts that place many. Raises UndecodableFrame.
    """
    answer = decode(data, StatusAnswer, "orderStatus")
    if answer.order is not None:
        return report_of_update(answer.order, symbols, "orderStatus")
    if answer.status == "unknownOid":
        return None
    raise UndecodableFrame(VENUE, "orderStatus", f"status {answer.status[:40]!r} without an order")


def decode_historical_orders(data: bytes, symbols: Symbols) -> Sequence[ExecutionReport]:
    """The answer to ``historicalOrders``: the last 2000, newest first. Raises UndecodableFrame."""
    updates = decode(data, list[OrderUpdate], "historicalOrders")
    return [report_of_update(each, symbols, "historicalOrders") for each in updates]


def decode_placed_at(data: bytes) -> datetime | None:
    """When the order of the answer to ``orderStatus`` was placed. Raises UndecodableFrame."""
    told = decode(data, StatusAnswer, "orderStatus").order
    return None if told is None else time_of(told.order.timestamp)


def decode_open_orders(
    data: bytes, symbols: Symbols, *, takes: TakesCoin = any_coin
) -> Sequence[ExecutionReport]:
    """The answer to ``openOrders`` or ``frontendOpenOrders``; only the second tells types and triggers.

    The answer has no time of its own: reports bear the time at which the order was placed.
    Raises UndecodableFrame.
    """
    told = [each for each in decode(data, list[Order], "openOrders") if takes(each.coin)]
    return reports_of_open(told, symbols, "openOrders")


def reports_of_open(orders: Sequence[Order], symbols: Symbols, what: str) -> Sequence[ExecutionReport]:
    """Orders of which it is only known that they work."""
    meaning = Meaning(ExecType.STATUS, OrderStatus.ACCEPTED)
    entry_of = {child.oid: order.oid for order in orders for child in order.children}
    entry_of.update((entry, entry) for entry in list(entry_of.values()))
    return [
        _report(each, meaning, each.timestamp, symbols, what, order_list_id=str(entry_of.get(each.oid, "")))
        for each in orders
    ]


def report_of_update(update: OrderUpdate, symbols: Symbols, what: str) -> ExecutionReport:
    """What has become of an order. Raises UndecodableFrame."""
    meaning = STATUSES.get(update.status)
    if meaning is None:
        raise UndecodableFrame(VENUE, what, f"order status {update.status[:60]!r} is not known")
    if meaning.exec_type is ExecType.REJECTED and _was_taken(update):
        meaning = Meaning(ExecType.EXPIRED, OrderStatus.EXPIRED)
    reason = "" if meaning.exec_type in _EXPECTED else REASONS.get(update.status, update.status)
    return _report(update.order, meaning, update.status_timestamp, symbols, what, reason=reason)


def _was_taken(update: OrderUpdate) -> bool:
    """Whether it waited for its price, which came, and only then could not be carried out."""
    return update.order.is_trigger and update.status_timestamp > update.order.timestamp


_EXPECTED = frozenset({ExecType.NEW, ExecType.STATUS, ExecType.TRIGGERED})
"""Nobody asks for the reason of these."""


def _report(
    order: Order,
    meaning: Meaning,
    at: int,
    symbols: Symbols,
    what: str,
    *,
    reason: str = "",
    order_list_id: str = "",
) -> ExecutionReport:
    filled = _filled(order, meaning, what)
    if meaning.status is OrderStatus.ACCEPTED and filled:
        meaning = Meaning(
            ExecType.STATUS if meaning.exec_type is ExecType.NEW else meaning.exec_type,
            OrderStatus.PARTIALLY_FILLED,
        )
    with reading(what):
        lifetime = None if order.tif is None else LIFETIMES[order.tif]
        return ExecutionReport(
            exec_type=meaning.exec_type,
            instrument_id=symbols.instrument_of(order.coin),
            venue_order_id=str(order.oid),
            client_order_id=order.cloid or "",
            status=meaning.status,
            side=SIDES[order.side],
            type=_type_of(order),
            time_in_force=None if lifetime is None else lifetime.time_in_force,
            quantity=order.sz if order.orig_sz is None else order.orig_sz,
            price=None if order.order_type in AT_ANY_PRICE else order.limit_px,
            stop_price=order.trigger_px if order.is_trigger else None,
            cumulative_quantity=filled,
            post_only=lifetime is not None and lifetime.post_only,
            reduce_only=order.reduce_only,
            close_position=order.is_position_tpsl,
            cause=Cause.ORDER if lifetime is None else lifetime.cause,
            order_list_id=order_list_id,
            reason=reason,
            at=time_of(at),
        )


def _type_of(order: Order) -> OrderType | None:
    return None if order.order_type is None else ORDER_TYPES[order.order_type]


def _filled(order: Order, meaning: Meaning, what: str) -> Decimal | None:
    if order.orig_sz is None:
        return None
    if meaning.status is OrderStatus.FILLED:
        return order.orig_sz
    filled = order.orig_sz - order.sz
    if filled < ZERO:
        raise UndecodableFrame(VENUE, what, "sz is more than origSz")
    return filled
