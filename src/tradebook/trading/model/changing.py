"""Cancelling and replacing: at once while the order is ours, by request while a venue has it."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from tradebook.kernel.ids import OrderId
from tradebook.kernel.money import ONE, ZERO, is_multiple, plain
from tradebook.trading.commands import CancelAllOrders, CancelOrder, ReplaceOrder
from tradebook.trading.events import (
    OrderCancelled,
    OrderCancelRequested,
    OrderReplaced,
    OrderReplaceRequested,
    TradingEvent,
)
from tradebook.trading.lifecycle import WORKING
from tradebook.trading.model.holds import group_key, needed, released_without
from tradebook.trading.model.state import Account, Order
from tradebook.trading.model.validation import NEEDS_STOP_PRICE, positive
from tradebook.trading.orders import Hold, OrderStatus

OURS = frozenset({OrderStatus.PENDING, OrderStatus.PARKED})


def cancel(command: CancelOrder, account: Account) -> list[TradingEvent]:
    """OrderCancelled for what is still ours, OrderCancelRequested for what a venue has; once.

    Raises NotFound, or Conflict for an order that is over.
    """
    order = open_order(account, command.order_id)
    return [_cancelled(account, order, command)] if order.status in OURS else _request(order, command)


def cancel_all(command: CancelAllOrders, account: Account) -> list[TradingEvent]:
    """The same for every open order, or those of one instrument. OCO groups release once."""
    chosen = [
        order
        for order in account.orders.values()
        if command.instrument_id is None or order.terms.instrument_id == command.instrument_id
    ]
    ours = [order for order in chosen if order.status in OURS]
    events: list[TradingEvent] = []
    for order in chosen:
        if order.status in OURS:
            stays = [s for s in account.siblings(order) if s not in ours]
            is_last = (
                not stays and next(o for o in reversed(ours) if group_key(o) == group_key(order)) is order
            )
            released = account.group_held.get(group_key(order), ZERO) if is_last else ZERO
            events.append(cancelled(order, command, released, command.reason))
        else:
            events += _request(order, command)
    return events


def cancelled(
    order: Order, source: CancelOrder | CancelAllOrders | ReplaceOrder, released: Decimal, reason: str
) -> OrderCancelled:
    """The fact that an order of ours is no more."""
    return OrderCancelled(
        account_id=source.account_id,
        at=source.at,
        order_id=order.order_id,
        reason=reason,
        released=Hold(asset=order.hold_asset, amount=released),
    )


def _cancelled(account: Account, order: Order, command: CancelOrder) -> OrderCancelled:
    return cancelled(order, command, released_without(account, order), command.reason)


def _request(order: Order, command: CancelOrder | CancelAllOrders) -> list[TradingEvent]:
    if order.status is OrderStatus.PENDING_CANCEL:
        return []
    return [
        OrderCancelRequested(
            account_id=command.account_id, at=command.at, order_id=order.order_id, reason=command.reason
        )
    ]


def open_order(account: Account, order_id: OrderId) -> Order:
    """The open order. Raises NotFound, or Conflict when it is over."""
    order = account.orders.get(order_id)
    if order is not None:
        return order
    over = account.recent.get(order_id)
    if over is None:
        raise NotFound("open order", order_id)
    raise Conflict(
        "order_closed", f"The order is {over.status.value} already.", {"status": over.status.value}
    )


def replace(command: ReplaceOrder, account: Account) -> list[TradingEvent]:
    """OrderReplaced for a parked order, OrderReplaceRequested for one that works at a venue.

    Raises NotFound, Conflict, InvalidInput, or Refused when the additional hold is not there.
    """
    order = open_order(account, command.order_id)
    _check_new_terms(command, order)
    unit = _unit_after(command, order)
    more = _hold_after(command, order, unit) - account.group_held.get(group_key(order), ZERO)
    available = account.balance(order.hold_asset).available
    if more > available:
        raise Refused(
            "insufficient_funds",
            f"Available {plain(available)} {order.hold_asset}, needed {plain(more)} more.",
            {"asset": order.hold_asset, "available": plain(available), "needed": plain(more)},
        )
    held = Hold(asset=order.hold_asset, amount=max(more, ZERO))
    wanted = {"quantity": command.quantity, "price": command.price, "stop_price": command.stop_price}
    facts = {"account_id": command.account_id, "at": command.at, "order_id": order.order_id, **wanted}
    if order.status in WORKING:
        return [OrderReplaceRequested(**facts, held=held)]  # type: ignore[arg-type]  # one mapping for two facts
    freed = Hold(asset=order.hold_asset, amount=max(-more, ZERO)) if not account.siblings(order) else None
    return [OrderReplaced(**facts, held=held, released=freed, unit_hold=unit)]  # type: ignore[arg-type]  # same


def _check_new_terms(command: ReplaceOrder, order: Order) -> None:
    if order.status in (OrderStatus.PENDING_CANCEL, OrderStatus.PENDING_REPLACE):
        raise Conflict(
            "order_changing", f"The order is {order.status.value}.", {"status": order.status.value}
        )
    if order.status is not OrderStatus.PARKED and order.status not in WORKING:
        raise Conflict("order_in_flight", "The venue has not answered yet.", {"status": order.status.value})
    if command.quantity is None and command.price is None and command.stop_price is None:
        raise _bad("quantity", "nothing is to change", "give quantity, price or stop_price")
    steps = (
        ("quantity", command.quantity, command.instrument.lot_size),
        ("price", command.price, command.instrument.tick_size),
        ("stop_price", command.stop_price, command.instrument.tick_size),
    )
    for field, value, step in steps:
        if value is not None:
            positive(field, value)
            if not is_multiple(value, step):
                raise _bad(field, f"is not a multiple of {plain(step)}", "round it")
    if command.quantity is not None and command.quantity <= order.filled:
        raise _bad("quantity", f"{plain(order.filled)} is filled already", "cancel the order instead")
    if command.price is not None and order.price is None:
        raise _bad(
            "price", f"a {order.terms.type.value} order without a price has none to change", "leave it out"
        )
    if command.stop_price is not None and (order.terms.type not in NEEDS_STOP_PRICE or order.triggered):
        raise _bad("stop_price", "there is no trigger to move", "leave it out")


def _bad(field: str, problem: str, remedy: str) -> InvalidInput:
    return InvalidInput(field, problem, remedy, code="invalid_order")


def _unit_after(command: ReplaceOrder, order: Order) -> Decimal:
    """Buys hold per unit in proportion to the price that bounds them."""
    if not order.is_buy:
        return order.unit_hold
    fee = ONE + command.instrument.taker_fee_rate
    if command.price is not None:
        return command.price * fee
    if command.stop_price is not None and order.price is None and order.stop_price:
        return command.stop_price * (order.unit_hold / order.stop_price)
    return order.unit_hold


def _hold_after(command: ReplaceOrder, order: Order, unit: Decimal) -> Decimal:
    quantity = command.quantity if command.quantity is not None else order.quantity
    return needed(unit, max(quantity - order.filled - order.reduced, ZERO), order.hold_step)
