"""What our own processes tell: triggers, trailing steps, expiry, and the way out to the venue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from tradebook.kernel.ids import Asset
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.conditions import end_of, has_come, is_a_step, trailing_stop_price
from tradebook.trading.lifecycle import OURS
from tradebook.trading.model.facts import about
from tradebook.trading.model.holds import Holding
from tradebook.trading.model.state import Account, Order
from tradebook.trading.orders import OrderStatus, OrderType


def trigger(command: c.TriggerOrder, account: Account) -> list[e.TradingEvent]:
    """OrderTriggered for a parked order; nothing when it is no longer parked, or its stop price has moved.

    A halted account triggers all the same, as a venue would: halting stops new orders, cancelling open ones.
    """
    order = account.orders.get(command.order_id)
    if order is None or order.status is not OrderStatus.PARKED:
        return []
    if not is_reached(order, command.trigger_price):
        return []
    return [
        e.OrderTriggered(
            **about(order.order_id, command),
            trigger_price=command.trigger_price,
            market_sequence=command.market_sequence,
        )
    ]


def is_reached(order: Order, price: Decimal) -> bool:
    """Whether a trade at ``price`` triggers the order.

    Between two journaled steps of a trailing stop only the feed knows how far it has trailed, so its
    watcher's word is taken.
    """
    if order.stop_price is None or order.terms.type is OrderType.TRAILING_STOP:
        return True
    return has_come(order.terms, order.stop_price, price)


def move_trailing_stop(
    command: c.MoveTrailingStop | c.RecordTrailingMove, account: Account
) -> list[e.TradingEvent]:
    """TrailingStopMoved when the anchor moved a whole step in favour, whoever watches it."""
    order = account.orders.get(command.order_id)
    if order is None or order.terms.type is not OrderType.TRAILING_STOP or order.triggered:
        return []
    if order.anchor is None or order.stop_price is None:
        return []
    if not is_a_step(order.terms.side, command.anchor, anchor=order.anchor, stop_price=order.stop_price):
        return []
    return [
        e.TrailingStopMoved(
            **about(order.order_id, command),
            anchor=command.anchor,
            stop_price=trailing_stop_price(order.terms, command.anchor),
        )
    ]


def expire(command: c.ExpireOrder, account: Account) -> list[e.TradingEvent]:
    """OrderExpired for what is still ours; a venue is asked to cancel what it has."""
    order = account.orders.get(command.order_id)
    due = end_of(order.terms, order.created_at) if order is not None else None
    if order is None or due is None or command.at < due:
        return []
    if order.status is OrderStatus.PENDING_CANCEL:
        return []
    heading = about(order.order_id, command)
    if order.status not in OURS:
        return [e.OrderCancelRequested(**heading, reason=e.EXPIRED)]
    released = Holding.of(account, order).drop(order.order_id)
    return [e.OrderExpired(**heading, reason=order.terms.time_in_force.value, released=released)]


def submitted(command: c.MarkSubmitted, account: Account) -> list[e.TradingEvent]:
    """OrderSubmitted for an order that waits to be sent; nothing when it was cancelled or sent meanwhile."""
    order = account.orders.get(command.order_id)
    if order is None or order.status is not OrderStatus.PENDING:
        return []
    return [
        e.OrderSubmitted(
            **about(order.order_id, command), attempt=order.attempt + 1, send_before=command.send_before
        )
    ]


def unknown(command: c.MarkUnknown, account: Account) -> list[e.TradingEvent]:
    """OrderOutcomeUnknown for a sent order without an answer."""
    order = account.orders.get(command.order_id)
    if order is None or order.status is not OrderStatus.SUBMITTED:
        return []
    return [e.OrderOutcomeUnknown(**about(order.order_id, command), reason=command.reason)]


EQUITY_STEP = Decimal("0.0025")
"""Equity is journaled when it moved by this fraction since the last mark."""


def mark_equity(command: c.MarkEquity, account: Account) -> list[e.TradingEvent]:
    """EquityMarked at the first mark, on a new day, and whenever equity moved a step."""
    marks = account.marks
    if marks is not None and marks.day >= command.day:
        moved = abs(command.equity - marks.equity)
        if marks.day > command.day or not moved or moved < abs(marks.equity) * EQUITY_STEP:
            return []
    unrealised = command.unrealised if command.unrealised or account.unrealised else None
    return [marked(command, account, command.day, command.equity, unrealised)]


def marked(
    source: c.AccountCommand,
    account: Account,
    day: date,
    equity: Decimal,
    unrealised: Mapping[Asset, Decimal] | None = None,
) -> e.EquityMarked:
    """The mark that follows the account's last one, or what was paid in: its first trades count, too."""
    marks, day_open, peak = account.marks, equity, equity
    if marks is not None:
        day_open = marks.day_open if marks.day >= day else equity
        peak = max(marks.peak, equity)
    elif account.paid_in is not None and (paid_in := account.paid_in.worth_on(day)) is not None:
        day_open, peak = paid_in, max(paid_in, equity)
    return e.EquityMarked(
        account_id=source.account_id,
        at=source.at,
        day=day,
        day_open=day_open,
        equity=equity,
        peak=peak,
        unrealised=unrealised,
    )
