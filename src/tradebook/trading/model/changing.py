"""Cancelling and replacing: at once while the order is ours, by request while a venue has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from tradebook.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from tradebook.kernel.ids import OrderId
from tradebook.kernel.money import ZERO, plain
from tradebook.trading.commands import AccountCommand, CancelAllOrders, CancelOrder, ReplaceOrder
from tradebook.trading.events import (
    AccountEvent,
    OrderCancelled,
    OrderCancelRequested,
    OrderExitsChanged,
    OrderReplaced,
    OrderReplaceRequested,
    TradingEvent,
)
from tradebook.trading.lifecycle import OURS
from tradebook.trading.model.exits import exits_after
from tradebook.trading.model.facts import about
from tradebook.trading.model.holds import Holding, group_key, need_of, needed, unit_hold_at
from tradebook.trading.model.proposal import Proposal
from tradebook.trading.model.risk import CHANGING_EXITS, REPLACING, Check, refusal
from tradebook.trading.model.state import Account, Order
from tradebook.trading.model.validation import NEEDS_STOP_PRICE, bookable, bracket_order, positive
from tradebook.trading.orders import Hold, LegTerms, OrderStatus, OrderTerms


def cancel(command: CancelOrder, account: Account) -> list[TradingEvent]:
    """OrderCancelled for what is still ours, OrderCancelRequested for what a venue has; once.

    Raises NotFound, or Conflict for an order that is over.
    """
    order = _open_order(account, command.order_id)
    return end(order, Holding.of(account, order), command, command.reason)


def cancel_all(command: CancelAllOrders, account: Account) -> list[TradingEvent]:
    """The same for every open order, or those of one instrument."""
    holdings: dict[str, Holding] = {}
    events: list[TradingEvent] = []
    for order in account.orders.values():
        if command.instrument_id in (None, order.terms.instrument_id):
            key = group_key(order)
            holding = holdings.get(key)
            if holding is None:
                holding = holdings[key] = Holding.of(account, order)
            events += end(order, holding, command, command.reason)
    return events


def end(
    order: Order, holding: Holding, source: AccountCommand | AccountEvent, reason: str
) -> list[TradingEvent]:
    """Whatever brings the order to its end: done at once, or asked of the venue unless that was done."""
    heading = about(order.order_id, source)
    if order.status in OURS:
        return [OrderCancelled(**heading, reason=reason, released=holding.drop(order.order_id))]
    if order.status is OrderStatus.PENDING_CANCEL:
        return []
    return [OrderCancelRequested(**heading, reason=reason)]


def _open_order(account: Account, order_id: OrderId) -> Order:
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
    """OrderReplaced for an order that is still ours, OrderReplaceRequested for one that works at a venue.

    And OrderExitsChanged for exits of a bracket that are no orders yet.

    Raises NotFound, Conflict, InvalidInput, or Refused with the code of the risk check that says no.
    """
    order = _open_order(account, command.order_id)
    _check_request(command, order)
    exits = exits_after(command, account, order)
    if not _changes_itself(command):
        terms = _terms_after(command, order, order.quantity, exits)
        _check(command, account, order, terms, more=ZERO, checks=CHANGING_EXITS)
        return [OrderExitsChanged(**about(order.order_id, command), **exits)]
    events = [_new_terms(command, account, order, exits)]
    return [*events, OrderExitsChanged(**about(order.order_id, command), **exits)] if exits else events


def _changes_itself(command: ReplaceOrder) -> bool:
    """Whether more than exits is to change."""
    return any(value is not None for value in (command.quantity, command.price, command.stop_price))


def _new_terms(
    command: ReplaceOrder, account: Account, order: Order, exits: Mapping[str, LegTerms]
) -> TradingEvent:
    quantity = command.quantity if command.quantity is not None else order.quantity - order.reduced
    if quantity <= order.filled:
        raise _bad("quantity", f"{plain(order.filled)} is filled already", "cancel the order instead")
    bookable(quantity, command.price or order.price, command.stop_price or order.stop_price)
    unit = unit_hold_at(order, command.price, command.stop_price)
    need = needed(unit, quantity - order.filled, order.hold_step)
    is_ours = order.status in OURS
    held, released = Holding.of(account, order).change(
        order.order_id, need if is_ours else max(need, need_of(order))
    )
    terms = _terms_after(command, order, quantity, exits)
    _check(command, account, order, terms, more=held.amount, checks=REPLACING)
    heading = about(order.order_id, command)
    if is_ours:
        return OrderReplaced(
            **heading,
            quantity=command.quantity,
            price=command.price,
            stop_price=command.stop_price,
            held=held,
            released=released,
            unit_hold=unit,
        )
    return OrderReplaceRequested(
        **heading,
        quantity=quantity if order.reduced else command.quantity,
        price=command.price,
        stop_price=command.stop_price,
        held=held,
        unit_hold=unit,
    )


def _terms_after(
    command: ReplaceOrder, order: Order, quantity: Decimal, exits: Mapping[str, LegTerms]
) -> OrderTerms:
    """Raises InvalidInput where the exits do not go with the price."""
    terms = msgspec.structs.replace(
        order.terms,
        quantity=quantity,
        price=command.price if command.price is not None else order.price,
        stop_price=command.stop_price if command.stop_price is not None else order.stop_price,
        take_profit=exits.get("take_profit", order.take_profit),
        stop_loss=exits.get("stop_loss", order.stop_loss),
    )
    if exits or command.price is not None:
        bracket_order(terms)
    return terms


def _check(
    command: ReplaceOrder,
    account: Account,
    order: Order,
    terms: OrderTerms,
    *,
    more: Decimal,
    checks: Sequence[Check],
) -> None:
    """Raises Refused unless the order may be as in ``terms``, holding so much ``more``."""
    found = refusal(
        Proposal(
            account=account,
            at=command.at,
            terms=terms,
            instrument=command.instrument,
            seen=command.seen,
            quote_rate=command.quote_rate,
            hold_asset=order.hold_asset,
            hold=more,
            replaces=order,
        ),
        checks,
    )
    if found is not None:
        raise Refused(*found)


def _check_request(command: ReplaceOrder, order: Order) -> None:
    if order.status in (OrderStatus.PENDING_CANCEL, OrderStatus.PENDING_REPLACE):
        raise Conflict(
            "order_changing", f"The order is {order.status.value}.", {"status": order.status.value}
        )
    if order.status in (OrderStatus.SUBMITTED, OrderStatus.UNKNOWN):
        raise Conflict("order_in_flight", "The venue has not answered yet.", {"status": order.status.value})
    changes = {"quantity": command.quantity, "price": command.price, "stop_price": command.stop_price}
    has_exits = command.take_profit is not None or command.stop_loss is not None
    if not has_exits and not _changes_itself(command):
        raise _bad("quantity", "nothing is to change", "give quantity, price, stop_price or an exit")
    for field, value in changes.items():
        if value is not None:
            positive(field, value)
    if command.quantity is not None and not order.quantity:
        raise _bad("quantity", "the order is sized in the quote asset", "cancel it instead")
    if command.price is not None and order.price is None:
        raise _bad(
            "price", f"a {order.terms.type.value} order without a price has none to change", "leave it out"
        )
    if command.stop_price is not None and (order.terms.type not in NEEDS_STOP_PRICE or order.triggered):
        raise _bad("stop_price", "there is no trigger to move", "leave it out")


def _bad(field: str, problem: str, remedy: str) -> InvalidInput:
    return InvalidInput(field, problem, remedy, code="invalid_order")


def resize(order: Order, quantity: Decimal, held: Hold, source: AccountEvent) -> TradingEvent:
    """Another total, as a fill elsewhere demands it: done at once, or asked of the venue."""
    heading = about(order.order_id, source)
    if order.status in OURS:
        return OrderReplaced(**heading, quantity=quantity, held=held)
    return OrderReplaceRequested(
        **heading,
        quantity=quantity,
        held=held,
        unit_hold=order.replacement.unit_hold if order.replacement is not None else None,
        price=order.replacement.price if order.replacement is not None else None,
        stop_price=order.replacement.stop_price if order.replacement is not None else None,
    )
