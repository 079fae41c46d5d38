"""Bookkeeping that the folds share: holds, own interest in the market, leaving the open orders."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import ZERO
from tradebook.trading import events as e
from tradebook.trading.lifecycle import next_status, works_on
from tradebook.trading.model.holds import group_key
from tradebook.trading.model.state import (
    NOTED_MAX,
    RECENT_ORDERS_MAX,
    Account,
    Balance,
    Interest,
    Order,
    PaidIn,
)
from tradebook.trading.orders import Hold


def balance_of(account: Account, asset: Asset) -> Balance:
    """The balance of an asset, to be changed."""
    balance = account.balances.get(asset)
    if balance is None:
        balance = account.balances[asset] = Balance()
    return balance


def note(account: Account, key: str) -> None:
    """Recognise a repetition of it for a while."""
    account.noted[key] = True
    if len(account.noted) > NOTED_MAX:
        del account.noted[next(iter(account.noted))]


def moved_from_outside(account: Account, moved: e.FundsEvent | e.BalanceAdjusted, sign: int = 1) -> None:
    """Money from outside, and money that was only found, is neither profit nor loss."""
    value = moved.value_in(account.base_asset)
    if account.marks is None:
        _pay_in(account, moved, None if value is None else value * sign)
    elif value is not None:
        account.marks.day_open += value * sign
        account.marks.equity += value * sign
        account.marks.peak += value * sign


def _pay_in(account: Account, moved: e.FundsEvent | e.BalanceAdjusted, value: Decimal | None) -> None:
    """Until equity is measured this is what it began with."""
    paid_in = account.paid_in
    if paid_in is None or value is None:
        account.paid_in = None
        return
    valued_on = paid_in.valued_on if moved.asset == account.base_asset else moved.at.date()
    account.paid_in = PaidIn(paid_in.amount + value, valued_on)


def interest_in(account: Account, order: Order) -> Interest:
    """What the account's own orders want in the order's instrument, to be changed."""
    interest = account.interests.get(order.terms.instrument_id)
    if interest is None:
        interest = account.interests[order.terms.instrument_id] = Interest()
    return interest


def hold(account: Account, order: Order, amount: Decimal) -> None:
    """Set funds aside for the order or its group."""
    balance = balance_of(account, order.hold_asset)
    balance.available -= amount
    balance.held += amount
    key = group_key(order)
    account.group_held[key] = account.group_held.get(key, ZERO) + amount


def release(account: Account, order: Order, released: Hold) -> None:
    """Give back what was set aside."""
    if released.amount:
        balance = balance_of(account, released.asset)
        balance.available += released.amount
        balance.held -= released.amount
        account.group_held[group_key(order)] -= released.amount


def move(order: Order, fact: str, event: e.OrderEvent) -> None:
    """Into the state that the fact leads to."""
    order.status = next_status(fact, order.status)
    order.updated_at = event.at


def back_to_work(order: Order, fact: str, event: e.OrderEvent) -> None:
    """A request to the venue was answered: the order is again what it was without it."""
    order.status = works_on(
        fact, order.status, is_accepted=bool(order.venue_order_id), has_fills=bool(order.filled)
    )
    order.updated_at = event.at


def close(account: Account, order: Order, fact: str, event: e.OrderEvent) -> None:
    """Move an order out of the open ones; a late fill of a closed one only changes its status."""
    if account.orders.pop(order.order_id, None) is not None:
        interest = interest_in(account, order)
        interest.want(order.terms.side, -order.remaining)
        if order.rests_in_book and order.price is not None:
            interest.remove_price(order.terms.side, order.price)
        _leave_group(account, order)
        order.replacement = None
        remember(account, order)
    move(order, fact, event)


def _leave_group(account: Account, order: Order) -> None:
    if order.group:
        members = account.group_members[order.group]
        members.remove(order.order_id)
        if members:
            return
        del account.group_members[order.group]
    account.group_held.pop(group_key(order), None)


def remember(account: Account, order: Order) -> None:
    """Keep a closed order for a while."""
    account.recent[order.order_id] = order
    if len(account.recent) > RECENT_ORDERS_MAX:
        del account.recent[next(iter(account.recent))]
