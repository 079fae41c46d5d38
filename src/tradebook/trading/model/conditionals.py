"""What our own processes tell: triggers, trailing steps, expiry, and the way out to the venue."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from tradebook.kernel.money import divide
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.model.holds import released_without, trailing_stop_price
from tradebook.trading.model.state import Account, Order
from tradebook.trading.orders import Hold, OrderStatus, OrderType, TimeInForce

TRAILING_STEP = Decimal("0.05")
"""A trailing stop is moved when its anchor gained at least this fraction of the offset: no event per tick."""


def trigger(command: c.TriggerOrder, account: Account) -> list[e.TradingEvent]:
    """OrderTriggered for a parked order; nothing when it is no longer parked."""
    order = account.orders.get(command.order_id)
    if order is None or order.status is not OrderStatus.PARKED:
        return []
    return [
        e.OrderTriggered(
            account_id=command.account_id,
            at=command.at,
            order_id=command.order_id,
            trigger_price=command.trigger_price,
            market_sequence=command.market_sequence,
        )
    ]


def move_trailing_stop(command: c.MoveTrailingStop, account: Account) -> list[e.TradingEvent]:
    """TrailingStopMoved when the anchor moved a whole step in favour."""
    order = account.orders.get(command.order_id)
    if order is None or order.terms.type is not OrderType.TRAILING_STOP or order.triggered:
        return []
    if not is_a_step(order, command.anchor):
        return []
    return [
        e.TrailingStopMoved(
            account_id=command.account_id,
            at=command.at,
            order_id=command.order_id,
            anchor=command.anchor,
            stop_price=trailing_stop_price(order.terms, command.anchor),
        )
    ]


def is_a_step(order: Order, anchor: Decimal) -> bool:
    """Whether the anchor is far enough in favour of the last one to be worth an event."""
    if order.anchor is None or order.stop_price is None:
        return True
    gained = order.anchor - anchor if order.is_buy else anchor - order.anchor
    return gained > 0 and gained >= abs(order.anchor - order.stop_price) * TRAILING_STEP


def expires_at(order: Order) -> datetime | None:
    """When the order's time comes: GTD as asked, DAY at the next 00:00 UTC after it was placed."""
    if order.terms.time_in_force is TimeInForce.GTD:
        return order.terms.expires_at
    if order.terms.time_in_force is TimeInForce.DAY:
        return datetime.combine(order.created_at.date() + timedelta(days=1), time(), UTC)
    return None


def expire(command: c.ExpireOrder, account: Account) -> list[e.TradingEvent]:
    """OrderExpired for what is still ours; a venue is asked to cancel what it has."""
    order = account.orders.get(command.order_id)
    due = expires_at(order) if order is not None else None
    if order is None or due is None or command.at < due:
        return []
    if order.status not in (OrderStatus.PARKED, OrderStatus.PENDING):
        if order.status is OrderStatus.PENDING_CANCEL:
            return []
        return [
            e.OrderCancelRequested(
                account_id=command.account_id, at=command.at, order_id=command.order_id, reason="expired"
            )
        ]
    return [
        e.OrderExpired(
            account_id=command.account_id,
            at=command.at,
            order_id=command.order_id,
            reason="time_in_force",
            released=Hold(asset=order.hold_asset, amount=released_without(account, order)),
        )
    ]


def submitted(command: c.MarkSubmitted, account: Account) -> list[e.TradingEvent]:
    """OrderSubmitted for an order that waits to be sent; nothing when it was cancelled or sent meanwhile."""
    order = account.orders.get(command.order_id)
    if order is None or order.status is not OrderStatus.PENDING:
        return []
    return [
        e.OrderSubmitted(
            account_id=command.account_id,
            at=command.at,
            order_id=command.order_id,
            attempt=order.attempt + 1,
            send_before=command.send_before,
        )
    ]


def unknown(command: c.MarkUnknown, account: Account) -> list[e.TradingEvent]:
    """OrderOutcomeUnknown for a sent order without an answer."""
    order = account.orders.get(command.order_id)
    if order is None or order.status is not OrderStatus.SUBMITTED:
        return []
    return [
        e.OrderOutcomeUnknown(
            account_id=command.account_id, at=command.at, order_id=command.order_id, reason=command.reason
        )
    ]


EQUITY_STEP = Decimal("0.0025")
"""Equity is journaled when it moved by this fraction since the last mark."""


def mark_equity(command: c.MarkEquity, account: Account) -> list[e.TradingEvent]:
    """EquityMarked at the first mark, on a new day, and whenever equity moved a step."""
    marks = account.marks
    is_new_day = marks is None or marks.day != command.day
    if marks is not None and not is_new_day:
        moved = abs(command.equity - marks.equity)
        if not moved or (marks.equity > 0 and divide(moved, marks.equity) < EQUITY_STEP):
            return []
    return [
        e.EquityMarked(
            account_id=command.account_id,
            at=command.at,
            day=command.day,
            day_open=command.equity if marks is None or is_new_day else marks.day_open,
            equity=command.equity,
            peak=command.equity if marks is None else max(marks.peak, command.equity),
        )
    ]
