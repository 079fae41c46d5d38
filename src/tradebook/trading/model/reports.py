"""What venues report. Never refused: a repetition changes nothing, what does not fit is kept aside."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.ids import OrderId
from tradebook.kernel.money import ZERO, plain
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.model.brackets import after_fill
from tradebook.trading.model.holds import group_key, need_of, needed, released_by_fill, released_without
from tradebook.trading.model.state import Account, Order
from tradebook.trading.orders import Hold, OrderStatus


def acceptance(command: c.RecordAcceptance, account: Account) -> list[e.TradingEvent]:
    """The venue has the order."""
    order = account.find(command.order_id)
    if order is None:
        return [_stray(command, "acceptance", venue_order_id=command.venue_order_id)]
    if order.venue_order_id:
        return []
    return [
        e.OrderAccepted(
            account_id=command.account_id,
            at=command.at,
            order_id=command.order_id,
            venue_order_id=command.venue_order_id,
        )
    ]


def rejection(command: c.RecordRejection, account: Account) -> list[e.TradingEvent]:
    """The venue will not have the order: all of its hold is released."""
    return _ending(command, account, e.OrderRejected)


def cancellation(command: c.RecordCancellation, account: Account) -> list[e.TradingEvent]:
    """The order is out of the venue's book."""
    return _ending(command, account, e.OrderCancelled)


def expiry(command: c.RecordExpiry, account: Account) -> list[e.TradingEvent]:
    """The order's time came at the venue."""
    return _ending(command, account, e.OrderExpired)


def _ending(
    command: c.RecordRejection | c.RecordCancellation | c.RecordExpiry,
    account: Account,
    kind: type[e.OrderRejected] | type[e.OrderCancelled] | type[e.OrderExpired],
) -> list[e.TradingEvent]:
    order = account.orders.get(command.order_id)
    if order is None:
        known = account.recent.get(command.order_id)
        return [] if known is not None else [_stray(command, kind.__name__, reason=command.reason)]
    return [
        kind(
            account_id=command.account_id,
            at=command.at,
            order_id=command.order_id,
            reason=command.reason,
            released=Hold(asset=order.hold_asset, amount=released_without(account, order)),
        )
    ]


def cancel_rejection(command: c.RecordCancelRejection, account: Account) -> list[e.TradingEvent]:
    """The venue will not cancel; the order works on."""
    order = account.orders.get(command.order_id)
    if order is None or order.status is not OrderStatus.PENDING_CANCEL:
        return []
    return [
        e.OrderCancelRejected(
            account_id=command.account_id, at=command.at, order_id=command.order_id, reason=command.reason
        )
    ]


def trigger(command: c.RecordTrigger, account: Account) -> list[e.TradingEvent]:
    """A conditional order resting at the venue was triggered there."""
    order = account.orders.get(command.order_id)
    if order is None or order.triggered:
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


def fill(command: c.RecordFill, account: Account) -> list[e.TradingEvent]:
    """A trade: booked in every state of the order; once per venue fill id."""
    order = account.find(command.order_id) if command.order_id is not None else None
    if order is None:
        return _unmatched(command)
    if command.fill_id in order.fill_ids:
        return []
    cumulative = order.filled + command.quantity
    complete = command.leaves_nothing or (
        bool(order.quantity) and cumulative >= order.quantity - order.reduced
    )
    filled = e.OrderFilled(
        account_id=command.account_id,
        at=command.at,
        order_id=order.order_id,
        fill_id=command.fill_id,
        instrument_id=command.instrument_id,
        side=command.side,
        quantity=command.quantity,
        price=command.price,
        base_asset=command.base_asset,
        quote_asset=command.quote_asset,
        fee=command.fee,
        fee_asset=command.fee_asset,
        liquidity=command.liquidity,
        released=Hold(asset=order.hold_asset, amount=_released(command, account, order, complete=complete)),
        cumulative_quantity=cumulative,
        is_complete=complete,
    )
    return [filled, *after_fill(filled, account, order)]


def _released(command: c.RecordFill, account: Account, order: Order, *, complete: bool) -> Decimal:
    if order.status in TERMINAL:
        return ZERO
    if order.quantity:
        return released_by_fill(account, order, command.quantity, complete=complete)
    held = account.group_held.get(group_key(order), ZERO)
    spent = command.quantity * command.price + command.fee if order.is_buy else command.quantity
    return held if complete else min(held, spent)


def _unmatched(command: c.RecordFill) -> list[e.TradingEvent]:
    return [
        e.UnmatchedFillRecorded(
            account_id=command.account_id,
            at=command.at,
            venue_order_id=command.venue_order_id,
            fill_id=command.fill_id,
            instrument_id=command.instrument_id,
            side=command.side,
            quantity=command.quantity,
            price=command.price,
            base_asset=command.base_asset,
            quote_asset=command.quote_asset,
            fee=command.fee,
            fee_asset=command.fee_asset,
        ),
        e.DifferenceFound(
            account_id=command.account_id,
            at=command.at,
            kind="unmatched_fill",
            detail="The venue reports a fill of an order that is not in this book.",
            figures={
                "fill_id": command.fill_id,
                "quantity": plain(command.quantity),
                "price": plain(command.price),
            },
            client_order_id=command.client_order_id,
        ),
    ]


def replacement(command: c.RecordReplacement, account: Account) -> list[e.TradingEvent]:
    """The venue works the order on new terms. What they need no longer is released."""
    order = account.orders.get(command.order_id)
    if order is None:
        return []
    same_price = command.price is None or command.price == order.price
    same_stop = command.stop_price is None or command.stop_price == order.stop_price
    if command.quantity == order.quantity and same_price and same_stop and order.replacement is None:
        return []
    unit = order.unit_hold
    if order.is_buy and command.price is not None and order.price:
        unit = command.price * (order.unit_hold / order.price)
    reduced = max(order.reduced - max(order.quantity - command.quantity, ZERO), ZERO)
    left = max(command.quantity - order.filled - reduced, ZERO)
    before = max((need_of(s) for s in account.siblings(order)), default=ZERO)
    need = max(before, needed(unit, left, order.hold_step))
    held = account.group_held.get(group_key(order), ZERO)
    return [
        e.OrderReplaced(
            account_id=command.account_id,
            at=command.at,
            order_id=command.order_id,
            quantity=command.quantity,
            price=command.price,
            stop_price=command.stop_price,
            held=Hold(asset=order.hold_asset, amount=max(need - held, ZERO)),
            released=Hold(asset=order.hold_asset, amount=max(held - need, ZERO)),
            unit_hold=unit,
        )
    ]


def replace_rejection(command: c.RecordReplaceRejection, account: Account) -> list[e.TradingEvent]:
    """The venue keeps the old terms; what was held for the new ones is released."""
    order = account.orders.get(command.order_id)
    if order is None or order.status is not OrderStatus.PENDING_REPLACE:
        return []
    need = max((need_of(o) for o in (order, *account.siblings(order))), default=ZERO)
    extra = max(account.group_held.get(group_key(order), ZERO) - need, ZERO)
    return [
        e.OrderReplaceRejected(
            account_id=command.account_id,
            at=command.at,
            order_id=command.order_id,
            reason=command.reason,
            released=Hold(asset=order.hold_asset, amount=extra),
        )
    ]


def _stray(command: c.VenueReport, what: str, **figures: str) -> e.DifferenceFound:
    order_id: OrderId | None = command.order_id
    return e.DifferenceFound(
        account_id=command.account_id,
        at=command.at,
        kind="unknown_order",
        detail=f"The venue reports {what} of an order that is not in this book.",
        figures={"order_id": order_id or "", **figures},
    )
