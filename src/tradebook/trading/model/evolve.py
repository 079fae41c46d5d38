"""Folding: the account after a fact. Takes ownership of the state and changes it in place.

This is the replay hot path, so dispatch is a table by class; a test holds it complete.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from tradebook.kernel.ids import Asset
from tradebook.kernel.messages import Event
from tradebook.kernel.money import ZERO, divide
from tradebook.trading import events as e
from tradebook.trading.lifecycle import TERMINAL, next_status
from tradebook.trading.model.holds import group_key
from tradebook.trading.model.state import (
    RECENT_ORDERS_MAX,
    Account,
    Balance,
    EquityMarks,
    Interest,
    Order,
    Position,
    Replacement,
)
from tradebook.trading.orders import Hold, OrderStatus, RestsAt, Side

RATE_WINDOW = timedelta(seconds=60)


def evolve(account: Account, event: Event) -> Account:
    """The state after ``event``."""
    _FOLDS[type(event)](account, event)
    return account


def _opened(account: Account, event: e.AccountOpened) -> None:
    account.account_id = event.account_id
    account.party_id = event.party_id
    account.name = event.name
    account.venue = event.venue
    account.base_asset = event.base_asset
    account.paper = event.paper


def _state_changed(account: Account, event: e.AccountStateChanged) -> None:
    account.state = event.state


def _limits_set(account: Account, event: e.RiskLimitsSet) -> None:
    account.limits = event.limits
    if event.limits.orders_per_minute is None:
        account.placed_at.clear()


def _deposited(account: Account, event: e.FundsDeposited) -> None:
    _balance(account, event.asset).available += event.amount
    _shift_marks(account, event.asset, event.amount)


def _withdrawn(account: Account, event: e.FundsWithdrawn) -> None:
    _balance(account, event.asset).available -= event.amount
    _shift_marks(account, event.asset, -event.amount)


def _shift_marks(account: Account, asset: Asset, amount: Decimal) -> None:
    """Money from outside is neither profit nor loss."""
    if account.marks is not None and asset == account.base_asset:
        account.marks.day_open += amount
        account.marks.equity += amount
        account.marks.peak += amount


def _equity_marked(account: Account, event: e.EquityMarked) -> None:
    account.marks = EquityMarks(event.day, event.day_open, event.equity, event.peak)


def _placed(account: Account, event: e.OrderPlaced) -> None:
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
        hold_asset=event.hold.asset,
        unit_hold=event.unit_hold,
        hold_step=event.hold_step,
        group=terms.oco_group,
        anchor=event.anchor,
        parent_order_id=event.parent_order_id,
        created_at=event.at,
        updated_at=event.at,
    )
    account.orders[event.order_id] = order
    if order.group:
        account.group_members.setdefault(order.group, []).append(order.order_id)
    _hold(account, order, event.hold.amount)
    interest = account.interests.get(terms.instrument_id)
    if interest is None:
        interest = account.interests[terms.instrument_id] = Interest()
    if terms.side is Side.BUY:
        interest.buying += order.remaining
    if order.rests_in_book:
        interest.add_price(terms.side, cast(Decimal, order.price))
    limit = account.limits.orders_per_minute
    if limit is not None:
        account.placed_at = [at for at in account.placed_at if at > event.at - RATE_WINDOW]
        account.placed_at.append(event.at)


def _denied(account: Account, event: e.OrderDenied) -> None:
    terms = event.terms
    _remember(
        account,
        Order(
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
        ),
    )


def _triggered(account: Account, event: e.OrderTriggered) -> None:
    order = account.orders.get(event.order_id)
    if order is None:
        return
    order.triggered = True
    _move(order, "OrderTriggered", event)
    if order.price is not None and order.remaining:
        _interest(account, order).add_price(order.terms.side, order.price)


def _trailed(account: Account, event: e.TrailingStopMoved) -> None:
    order = account.orders[event.order_id]
    order.anchor = event.anchor
    order.stop_price = event.stop_price
    order.updated_at = event.at


def _submitted(account: Account, event: e.OrderSubmitted) -> None:
    order = account.orders[event.order_id]
    order.attempt = event.attempt
    order.send_before = event.send_before
    _move(order, "OrderSubmitted", event)


def _accepted(account: Account, event: e.OrderAccepted) -> None:
    order = account.find(event.order_id)
    if order is not None:
        order.venue_order_id = event.venue_order_id
        _move(order, "OrderAccepted", event)


def _unknown(account: Account, event: e.OrderOutcomeUnknown) -> None:
    _move(account.orders[event.order_id], "OrderOutcomeUnknown", event)


def _filled(account: Account, event: e.OrderFilled) -> None:
    _trade(account, event)
    _fill_position(account, event)
    order = account.find(event.order_id)
    if order is None:
        return
    is_open = order.status not in TERMINAL
    before = order.remaining
    _release(account, order, event.released)
    order.filled = event.cumulative_quantity
    order.filled_notional += event.quantity * event.price
    order.fill_ids.append(event.fill_id)
    if event.fee:
        order.fees = {**order.fees, event.fee_asset: order.fees.get(event.fee_asset, ZERO) + event.fee}
    for sibling in account.siblings(order) if is_open else ():
        _reduce(account, sibling, event.quantity)
    if is_open and order.is_buy:
        _interest(account, order).buying -= before - order.remaining
    if event.is_complete:
        _close(account, order, "OrderFilled", event)
    elif is_open:
        _move(order, "OrderPartiallyFilled", event)


def _reduce(account: Account, sibling: Order, quantity: Decimal) -> None:
    before = sibling.remaining
    sibling.reduced += quantity
    if sibling.is_buy:
        _interest(account, sibling).buying -= before - sibling.remaining


def _trade(account: Account, event: e.OrderFilled | e.UnmatchedFillRecorded) -> None:
    sign = 1 if event.side is Side.BUY else -1
    _balance(account, event.base_asset).available += sign * event.quantity
    _balance(account, event.quote_asset).available -= sign * event.quantity * event.price
    _balance(account, event.fee_asset).available -= event.fee


def _fill_position(account: Account, event: e.OrderFilled | e.UnmatchedFillRecorded) -> None:
    position = account.positions.get(event.instrument_id)
    if position is None:
        position = account.positions[event.instrument_id] = Position()
    if event.side is Side.BUY:
        quantity = position.quantity + event.quantity
        cost = position.quantity * position.average_price + event.quantity * event.price
        position.average_price = divide(cost, quantity)
        position.quantity = quantity
    else:
        # What was sold beyond what was bought here came in as a deposit: it has no entry price.
        position.quantity = max(position.quantity - event.quantity, ZERO)
        if not position.quantity:
            position.average_price = ZERO


def _cancel_requested(account: Account, event: e.OrderCancelRequested) -> None:
    _move(account.orders[event.order_id], "OrderCancelRequested", event)


def _cancel_rejected(account: Account, event: e.OrderCancelRejected) -> None:
    order = account.orders.get(event.order_id)
    if order is not None:
        _back_to_work(order, "OrderCancelRejected", event)


def _replace_requested(account: Account, event: e.OrderReplaceRequested) -> None:
    order = account.orders[event.order_id]
    _hold(account, order, event.held.amount)
    order.replacement = Replacement(event.quantity, event.price, event.stop_price)
    _move(order, "OrderReplaceRequested", event)


def _replaced(account: Account, event: e.OrderReplaced) -> None:
    order = account.orders.get(event.order_id)
    if order is None:
        return
    interest = _interest(account, order)
    if order.rests_in_book:
        interest.remove_price(order.terms.side, cast(Decimal, order.price))
    before = order.remaining
    if event.quantity is not None:
        # A smaller quantity confirms what OCO siblings had taken off.
        order.reduced = max(order.reduced - max(order.quantity - event.quantity, ZERO), ZERO)
        order.quantity = event.quantity
    order.price = event.price if event.price is not None else order.price
    order.stop_price = event.stop_price if event.stop_price is not None else order.stop_price
    order.unit_hold = event.unit_hold if event.unit_hold is not None else order.unit_hold
    order.replacement = None
    if event.held is not None:
        _hold(account, order, event.held.amount)
    if event.released is not None:
        _release(account, order, event.released)
    if order.is_buy:
        interest.buying += order.remaining - before
    if order.rests_in_book:
        interest.add_price(order.terms.side, cast(Decimal, order.price))
    _back_to_work(order, "OrderReplaced", event)


def _replace_rejected(account: Account, event: e.OrderReplaceRejected) -> None:
    order = account.orders.get(event.order_id)
    if order is not None:
        _release(account, order, event.released)
        order.replacement = None
        _back_to_work(order, "OrderReplaceRejected", event)


def _ended(fact: str) -> Callable[[Account, Any], None]:
    def fold(account: Account, event: e.OrderCancelled | e.OrderExpired | e.OrderRejected) -> None:
        order = account.orders.get(event.order_id)
        if order is not None:
            order.reason = event.reason
            _release(account, order, event.released)
            _close(account, order, fact, event)

    return fold


def _unmatched(account: Account, event: e.UnmatchedFillRecorded) -> None:
    """Booked against suspense: what we own does not change until a person resolves it."""


def _difference(account: Account, event: e.DifferenceFound) -> None:
    """For people; the state knows nothing of it."""


def _balance(account: Account, asset: Asset) -> Balance:
    balance = account.balances.get(asset)
    if balance is None:
        balance = account.balances[asset] = Balance()
    return balance


def _interest(account: Account, order: Order) -> Interest:
    return account.interests[order.terms.instrument_id]


def _hold(account: Account, order: Order, amount: Decimal) -> None:
    balance = _balance(account, order.hold_asset)
    balance.available -= amount
    balance.held += amount
    key = group_key(order)
    account.group_held[key] = account.group_held.get(key, ZERO) + amount


def _release(account: Account, order: Order, released: Hold) -> None:
    if released.amount:
        balance = _balance(account, released.asset)
        balance.available += released.amount
        balance.held -= released.amount
        account.group_held[group_key(order)] -= released.amount


def _move(order: Order, fact: str, event: e.OrderEvent) -> None:
    order.status = next_status(fact, order.status)
    order.updated_at = event.at


def _back_to_work(order: Order, fact: str, event: e.OrderEvent) -> None:
    _move(order, fact, event)
    if order.status is OrderStatus.ACCEPTED and order.filled:
        order.status = OrderStatus.PARTIALLY_FILLED


def _close(account: Account, order: Order, fact: str, event: e.OrderEvent) -> None:
    """Move an order out of the open ones; a late fill of a closed one only changes its status."""
    was_open = account.orders.pop(order.order_id, None) is not None
    if was_open:
        interest = _interest(account, order)
        if order.is_buy:
            interest.buying -= order.remaining
        if order.rests_in_book:
            interest.remove_price(order.terms.side, cast(Decimal, order.price))
        _leave_group(account, order)
        _remember(account, order)
    _move(order, fact, event)


def _leave_group(account: Account, order: Order) -> None:
    members = account.group_members.get(order.group)
    if members is not None:
        members.remove(order.order_id)
        if not members:
            del account.group_members[order.group]
    if members is None or not members:
        account.group_held.pop(group_key(order), None)


def _remember(account: Account, order: Order) -> None:
    account.recent[order.order_id] = order
    if len(account.recent) > RECENT_ORDERS_MAX:
        del account.recent[next(iter(account.recent))]


_FOLDS: dict[type, Callable[[Account, Any], None]] = {
    e.AccountOpened: _opened,
    e.AccountStateChanged: _state_changed,
    e.RiskLimitsSet: _limits_set,
    e.FundsDeposited: _deposited,
    e.FundsWithdrawn: _withdrawn,
    e.EquityMarked: _equity_marked,
    e.OrderPlaced: _placed,
    e.OrderDenied: _denied,
    e.OrderTriggered: _triggered,
    e.TrailingStopMoved: _trailed,
    e.OrderSubmitted: _submitted,
    e.OrderAccepted: _accepted,
    e.OrderRejected: _ended("OrderRejected"),
    e.OrderOutcomeUnknown: _unknown,
    e.OrderFilled: _filled,
    e.OrderCancelRequested: _cancel_requested,
    e.OrderCancelRejected: _cancel_rejected,
    e.OrderCancelled: _ended("OrderCancelled"),
    e.OrderExpired: _ended("OrderExpired"),
    e.OrderReplaceRequested: _replace_requested,
    e.OrderReplaced: _replaced,
    e.OrderReplaceRejected: _replace_rejected,
    e.UnmatchedFillRecorded: _unmatched,
    e.DifferenceFound: _difference,
}
