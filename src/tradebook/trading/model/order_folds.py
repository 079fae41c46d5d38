"""Folding what happens to orders that were placed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import ZERO
from tradebook.trading import events as e
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.model.keeping import (
    back_to_work,
    close,
    hold,
    interest_in,
    move,
    release,
    remember,
)
from tradebook.trading.model.state import Account, Order, Replacement
from tradebook.trading.model.trades import trade
from tradebook.trading.orders import OrderStatus, RestsAt


def placed(account: Account, event: e.OrderPlaced) -> None:
    """An open order more, and its hold."""
    terms = event.terms
    order = Order(
        order_id=event.order_id,
        terms=terms,
        status=OrderStatus.PARKED if event.parked else OrderStatus.PENDING,
        quantity=terms.quantity,
        price=terms.price,
        stop_price=event.stop_price if event.stop_price is not None else terms.stop_price,
        rests_at=event.rests_at,
        base_asset=event.base_asset,
        quote_asset=event.quote_asset,
        contract=event.contract,
        hold_asset=event.hold.asset,
        unit_hold=event.unit_hold,
        hold_step=event.hold_step,
        lot_size=event.lot_size,
        group=terms.oco_group,
        anchor=event.anchor,
        parent_order_id=event.parent_order_id,
        created_at=event.at,
        updated_at=event.at,
    )
    account.orders[event.order_id] = order
    if order.group:
        account.group_members.setdefault(order.group, []).append(order.order_id)
    hold(account, order, event.hold.amount)
    interest = interest_in(account, order)
    interest.want(terms.side, terms.quantity)
    if order.rests_in_book and terms.price is not None:
        interest.add_price(terms.side, terms.price)
    if event.parent_order_id is None:
        _count(account, event.at)


def denied(account: Account, event: e.OrderDenied) -> None:
    """Its client order id is used up."""
    terms = event.terms
    order = Order(
        order_id=event.order_id,
        terms=terms,
        status=OrderStatus.DENIED,
        quantity=terms.quantity,
        price=terms.price,
        stop_price=terms.stop_price,
        rests_at=RestsAt.TRADING,
        base_asset=Asset(""),
        quote_asset=Asset(""),
        hold_asset=Asset(""),
        denied=event,
        created_at=event.at,
        updated_at=event.at,
    )
    remember(account, order)
    _count(account, event.at)


def _count(account: Account, at: datetime) -> None:
    """For the order rate: as many times as its limit needs, forgotten in bulk."""
    limit = account.limits.orders_per_minute
    if limit is not None:
        account.placed_at.append(at)
        if len(account.placed_at) > 2 * limit:
            del account.placed_at[:-limit]


def triggered(account: Account, event: e.OrderTriggered) -> None:
    """A conditional order became a market or limit order."""
    order = account.orders[event.order_id]
    order.triggered = True
    move(order, "OrderTriggered", event)
    if order.price is not None:
        interest_in(account, order).add_price(order.terms.side, order.price)


def trailed(account: Account, event: e.TrailingStopMoved) -> None:
    """The stop follows."""
    order = account.orders[event.order_id]
    order.anchor = event.anchor
    order.stop_price = event.stop_price
    order.updated_at = event.at


def submitted(account: Account, event: e.OrderSubmitted) -> None:
    """On its way."""
    order = account.orders[event.order_id]
    order.attempt = event.attempt
    order.send_before = event.send_before
    move(order, "OrderSubmitted", event)


def accepted(account: Account, event: e.OrderAccepted) -> None:
    """The venue has it, or had it: acceptances may come after fills."""
    order = account.find(event.order_id)
    if order is not None:
        order.venue_order_id = event.venue_order_id
        move(order, "OrderAccepted", event)


def unknown(account: Account, event: e.OrderOutcomeUnknown) -> None:
    """No answer: everything stays held."""
    move(account.orders[event.order_id], "OrderOutcomeUnknown", event)


def filled(account: Account, event: e.OrderFilled) -> None:
    """Assets change hands; the order and its OCO siblings have less to fill."""
    trade(account, event)
    order = account.find(event.order_id)
    if order is None:
        return
    before = order.remaining
    release(account, order, event.released)
    order.filled = event.cumulative_quantity
    order.filled_notional += event.quantity * event.price
    order.fill_ids.add(event.fill_id)
    if event.fee:
        order.fees = {**order.fees, event.fee_asset: order.fees.get(event.fee_asset, ZERO) + event.fee}
    if order.group:
        for sibling in account.siblings(order):
            _reduce(account, sibling, event.quantity)
    is_open = order.status not in TERMINAL
    if is_open:
        interest_in(account, order).want(order.terms.side, order.remaining - before)
    if event.is_complete:
        close(account, order, "OrderFilled", event)
    else:
        move(order, "OrderPartiallyFilled", event)


def _reduce(account: Account, sibling: Order, quantity: Decimal) -> None:
    before = sibling.remaining
    sibling.reduced += quantity
    if sibling.replacement is not None:
        sibling.replacement.quantity = max(sibling.replacement.quantity - quantity, ZERO)
    interest_in(account, sibling).want(sibling.terms.side, sibling.remaining - before)


def cancel_requested(account: Account, event: e.OrderCancelRequested) -> None:
    """Asked for; the hold stays until the venue has answered."""
    order = account.orders[event.order_id]
    order.is_expiring = event.reason == e.EXPIRED
    move(order, "OrderCancelRequested", event)


def cancel_rejected(account: Account, event: e.OrderCancelRejected) -> None:
    """It works on."""
    order = account.orders[event.order_id]
    order.is_expiring = False
    back_to_work(order, "OrderCancelRejected", event)


def replace_requested(account: Account, event: e.OrderReplaceRequested) -> None:
    """Asked for; what the new terms need in addition is held already."""
    order = account.orders[event.order_id]
    hold(account, order, event.held.amount)
    order.replacement = Replacement(
        quantity=event.quantity if event.quantity is not None else order.quantity - order.reduced,
        price=event.price,
        stop_price=event.stop_price,
        unit_hold=event.unit_hold if event.unit_hold is not None else order.unit_hold,
    )
    move(order, "OrderReplaceRequested", event)


def replaced(account: Account, event: e.OrderReplaced) -> None:
    """New terms in force."""
    order = account.orders[event.order_id]
    interest = interest_in(account, order)
    if order.rests_in_book and order.price is not None:
        interest.remove_price(order.terms.side, order.price)
    before = order.remaining
    if event.quantity is not None:
        order.take_quantity(event.quantity)
    order.price = event.price if event.price is not None else order.price
    order.stop_price = event.stop_price if event.stop_price is not None else order.stop_price
    order.unit_hold = event.unit_hold if event.unit_hold is not None else order.unit_hold
    if event.held is not None:
        hold(account, order, event.held.amount)
    if event.released is not None:
        release(account, order, event.released)
    interest.want(order.terms.side, order.remaining - before)
    if order.rests_in_book and order.price is not None:
        interest.add_price(order.terms.side, order.price)
    back_to_work(order, "OrderReplaced", event)


def replace_rejected(account: Account, event: e.OrderReplaceRejected) -> None:
    """The old terms stay in force."""
    order = account.orders[event.order_id]
    release(account, order, event.released)
    order.replacement = None
    back_to_work(order, "OrderReplaceRejected", event)


def exits_changed(account: Account, event: e.OrderExitsChanged) -> None:
    """The exits will be placed with these prices."""
    order = account.orders[event.order_id]
    changed = {"take_profit": event.take_profit, "stop_loss": event.stop_loss}
    order.changed_exits = {
        **order.changed_exits,
        **{name: leg for name, leg in changed.items() if leg is not None},
    }
    order.updated_at = event.at


def ended(fact: str) -> Callable[[Account, Any], None]:
    """The order is over without being filled: rejected, cancelled or expired."""

    def fold(account: Account, event: e.OrderCancelled | e.OrderExpired | e.OrderRejected) -> None:
        order = account.orders[event.order_id]
        order.reason = event.reason
        release(account, order, event.released)
        close(account, order, fact, event)

    return fold
