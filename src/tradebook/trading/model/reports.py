"""What venues report of orders. Never refused: a repetition changes nothing, what does not fit is noted."""

from __future__ import annotations

from tradebook.kernel.ids import OrderId
from tradebook.kernel.money import ZERO
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.model.facts import about
from tradebook.trading.model.holds import Holding, need_of_new, needed, unit_hold_at
from tradebook.trading.model.state import Account, Order
from tradebook.trading.orders import OrderStatus, RestsAt, TimeInForce


def acceptance(command: c.RecordAcceptance, account: Account) -> list[e.TradingEvent]:
    """The venue has the order."""
    order = account.find(command.order_id)
    if order is None or order.status is OrderStatus.DENIED:
        return _stray(command, account, "unknown_order", "accepted", venue_order_id=command.venue_order_id)
    if order.venue_order_id:
        return []
    heading = about(order.order_id, command)
    accepted: list[e.TradingEvent] = [e.OrderAccepted(**heading, venue_order_id=command.venue_order_id)]
    if order.status is OrderStatus.REJECTED:
        accepted += _stray(
            command, account, "accepted_after_rejection", "accepted", venue_order_id=command.venue_order_id
        )
    return accepted


def rejection(command: c.RecordRejection, account: Account) -> list[e.TradingEvent]:
    """The venue will not have the order: all of its hold is released."""
    return _ending(command, account, e.OrderRejected)


def cancellation(command: c.RecordCancellation, account: Account) -> list[e.TradingEvent]:
    """The order is out of the venue's book: expired when that is why we asked for it."""
    order = account.orders.get(command.order_id)
    expired = order is not None and order.is_expiring
    return _ending(command, account, e.OrderExpired if expired else e.OrderCancelled)


def expiry(command: c.RecordExpiry, account: Account) -> list[e.TradingEvent]:
    """The order's time came at the venue.

    One that was to trade at once or not at all has no time: what is left of it is cancelled, by whatever name
    the venue calls that (FIX 5.0, ExecType Expired).
    """
    order = account.orders.get(command.order_id)
    is_timeless = order is not None and order.terms.time_in_force in (TimeInForce.IOC, TimeInForce.FOK)
    return _ending(command, account, e.OrderCancelled if is_timeless else e.OrderExpired)


def _ending(
    command: c.RecordRejection | c.RecordCancellation | c.RecordExpiry,
    account: Account,
    kind: type[e.OrderRejected] | type[e.OrderCancelled] | type[e.OrderExpired],
) -> list[e.TradingEvent]:
    order = account.orders.get(command.order_id)
    if order is None:
        return _unless_recent(command, account, kind.__name__)
    return [_ended(order, Holding.of(account, order), command, kind, command.reason)]


def _ended(
    order: Order,
    holding: Holding,
    command: c.OrderReport,
    kind: type[e.OrderRejected] | type[e.OrderCancelled] | type[e.OrderExpired],
    reason: str,
) -> e.TradingEvent:
    return kind(**about(order.order_id, command), reason=reason, released=holding.drop(order.order_id))


def cancel_rejection(command: c.RecordCancelRejection, account: Account) -> list[e.TradingEvent]:
    """The venue will not cancel; the order works on."""
    order = account.orders.get(command.order_id)
    if order is None:
        return _unless_recent(command, account, "cancel rejected")
    if order.status is not OrderStatus.PENDING_CANCEL:
        return []
    return [e.OrderCancelRejected(**about(order.order_id, command), reason=command.reason)]


def trigger(command: c.RecordTrigger, account: Account) -> list[e.TradingEvent]:
    """A conditional order resting at the venue was triggered there."""
    order = account.orders.get(command.order_id)
    if order is None:
        return _unless_recent(command, account, "triggered")
    if order.triggered:
        return []
    if order.rests_at is RestsAt.TRADING:
        return _stray(command, account, "unexpected_trigger", "triggered")
    return [
        e.OrderTriggered(
            **about(order.order_id, command),
            trigger_price=command.trigger_price,
            market_sequence=command.market_sequence,
        )
    ]


def replacement(command: c.RecordReplacement, account: Account) -> list[e.TradingEvent]:
    """The venue works the order on new terms. What they need no longer is released."""
    order = account.orders.get(command.order_id)
    if order is None:
        return _unless_recent(command, account, "replaced")
    if order.replacement is None and _is_in_force(command, order):
        return []
    holding = Holding.of(account, order)
    if command.quantity <= order.filled:
        # It was filled while the request was on its way: nothing is left to work.
        return [_ended(order, holding, command, e.OrderCancelled, "replaced")]
    unit = unit_hold_at(order, command.price, command.stop_price)
    reduced = order.reduced_after(command.quantity)
    need = needed(unit, max(command.quantity - reduced - order.filled, ZERO), order.hold_step)
    if reduced and order.replacement is not None:
        need = max(need, need_of_new(order, order.replacement))
    held, released = holding.change(order.order_id, need)
    return [
        e.OrderReplaced(
            **about(order.order_id, command),
            quantity=command.quantity,
            price=command.price,
            stop_price=command.stop_price,
            held=held,
            released=released,
            unit_hold=unit,
            reason="" if order.replacement is not None else e.AT_VENUE,
        )
    ]


def terms_in_force(command: c.RecordTermsInForce, account: Account) -> list[e.TradingEvent]:
    """Terms that were changed at the venue, or by a request of ours whose answer was lost. The old ones say
    nothing: a request may be on its way.
    """
    order = account.orders.get(command.order_id)
    if order is None:
        return []
    there = command.terms.upon(order.in_force)
    if there == order.in_force or there.quantity is None:
        return []
    changed = c.RecordReplacement(
        account_id=command.account_id,
        at=command.at,
        order_id=command.order_id,
        quantity=there.quantity,
        price=there.price,
        stop_price=there.stop_price,
    )
    return replacement(changed, account)


def _is_in_force(command: c.RecordReplacement, order: Order) -> bool:
    return (
        command.quantity == order.quantity
        and command.price in (None, order.price)
        and command.stop_price in (None, order.stop_price)
    )


def replace_rejection(command: c.RecordReplaceRejection, account: Account) -> list[e.TradingEvent]:
    """The venue keeps the old terms; what was held for the new ones is released.

    An order that an OCO sibling's fill should have made smaller is cancelled instead.
    """
    order = account.orders.get(command.order_id)
    if order is None:
        return _unless_recent(command, account, "replace rejected")
    if order.replacement is None:
        return []
    need = needed(order.unit_hold, order.remaining, order.hold_step)
    holding = Holding.of(account, order)
    _, released = holding.change(order.order_id, need)
    heading = about(order.order_id, command)
    events: list[e.TradingEvent] = [
        e.OrderReplaceRejected(**heading, reason=command.reason, released=released)
    ]
    if order.quantity and order.filled >= order.quantity:
        # The old terms were filled while the request for more was on its way.
        events.append(_ended(order, holding, command, e.OrderCancelled, "filled"))
    elif order.reduced and order.status is not OrderStatus.PENDING_CANCEL:
        events.append(e.OrderCancelRequested(**heading, reason="oco"))
    return events


def _unless_recent(command: c.OrderReport, account: Account, what: str) -> list[e.TradingEvent]:
    """Late news of an order that is over says nothing new; of one that was never sent it is a difference."""
    known = account.recent.get(command.order_id or OrderId(""))
    if known is not None and known.status is not OrderStatus.DENIED:
        return []
    return _stray(command, account, "unknown_order", what)


def _stray(
    command: c.OrderReport, account: Account, kind: str, what: str, **figures: str
) -> list[e.TradingEvent]:
    """A difference, once."""
    noted = c.NoteDifference(
        account_id=command.account_id,
        at=command.at,
        kind=kind,
        detail=f"The venue reports an order as {what}, which does not fit this book.",
        figures={"order_id": command.order_id or "", "report": what, **figures},
    )
    return difference(noted, account)


def difference(command: c.NoteDifference, account: Account) -> list[e.TradingEvent]:
    """DifferenceFound, once."""
    if e.difference_key(command.kind, command.figures) in account.noted:
        return []
    return [
        e.DifferenceFound(
            account_id=command.account_id,
            at=command.at,
            kind=command.kind,
            detail=command.detail,
            figures=command.figures,
        )
    ]
