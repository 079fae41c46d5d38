"""An order as the world sees it: one form for answers, pushes, rows and time travel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from tradebook.kernel.ids import Asset, OrderId
from tradebook.kernel.money import ZERO, divide, plain
from tradebook.trading.events import (
    AccountEvent,
    OrderAccepted,
    OrderCancelled,
    OrderCancelRejected,
    OrderDenied,
    OrderEvent,
    OrderExitsChanged,
    OrderExpired,
    OrderFilled,
    OrderPlaced,
    OrderRejected,
    OrderReplaced,
    OrderReplaceRejected,
    OrderReplaceRequested,
    TrailingStopMoved,
)
from tradebook.trading.lifecycle import TERMINAL, next_status, works_on
from tradebook.trading.model import Account, Order
from tradebook.trading.orders import (
    Hold,
    LegTerms,
    OffsetType,
    OrderStatus,
    OrderTerms,
    OrderType,
    RestsAt,
    Side,
    TimeInForce,
)


class HoldDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Funds that are set aside for the order now."""

    asset: str
    amount: str


class FeeDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What its fills cost so far, in one asset."""

    asset: str
    amount: str


class LegDocument(msgspec.Struct, frozen=True, kw_only=True):
    """An exit of a bracket."""

    stop_price: str
    price: str | None


class OrderDocument(msgspec.Struct, frozen=True, kw_only=True):
    """An order on the wire: what was asked for, and what became of it. Decimals are plain strings."""

    order_id: str
    account_id: str
    client_order_id: str
    instrument: str
    side: Side
    type: OrderType
    quantity: str | None
    """In the base asset; null for a market order sized by ``quote_quantity``."""
    quote_quantity: str | None
    price: str | None
    stop_price: str | None
    trailing_offset: str | None
    trailing_offset_type: OffsetType
    time_in_force: TimeInForce
    expires_at: datetime | None
    post_only: bool
    reduce_only: bool
    oco_group: str
    take_profit: LegDocument | None
    """An exit of a bracket, as it is placed when this order fills; the same for ``stop_loss``."""
    stop_loss: LegDocument | None
    tags: tuple[str, ...]
    parent_order_id: str | None
    """Entry order of a bracket leg."""
    rests_at: RestsAt | None
    """Who watches the trigger; null for a denied order."""
    venue_order_id: str | None
    status: OrderStatus
    filled_quantity: str
    remaining_quantity: str | None
    filled_value: str
    """Sum of quantity × price of the fills, in the quote asset."""
    average_price: str | None
    fees: tuple[FeeDocument, ...]
    hold: HoldDocument | None
    """Null for a denied order and for members of an OCO group, which hold together."""
    reason: str
    """Why it was denied, rejected, cancelled or expired; else empty."""
    code: str | None
    """Of a denial."""
    figures: Mapping[str, str] | None
    """Of a denial."""
    created_at: datetime
    updated_at: datetime


def _document(account_id: str, order_id: str, terms: OrderTerms, **changing: Any) -> OrderDocument:
    """The terms in their wire form, and beside them what ``changing`` says of the order."""
    return OrderDocument(
        order_id=order_id,
        account_id=account_id,
        client_order_id=terms.client_order_id,
        instrument=terms.instrument_id,
        side=terms.side,
        type=terms.type,
        quote_quantity=_plain(terms.quote_quantity),
        trailing_offset=_plain(terms.trailing_offset),
        trailing_offset_type=terms.trailing_offset_type,
        time_in_force=terms.time_in_force,
        expires_at=terms.expires_at,
        post_only=terms.post_only,
        reduce_only=terms.reduce_only,
        oco_group=terms.oco_group,
        tags=terms.tags,
        **changing,
    )


def document_of(account: Account, order: Order) -> OrderDocument:
    """The document of an order in the account's state; the same as folding the order's events."""
    denied = order.denied
    is_single = denied is None and not order.group
    quantity = plain(order.quantity) if order.quantity else None
    filled = plain(order.filled) if order.filled else "0"
    return _document(
        account.account_id,
        order.order_id,
        order.terms,
        quantity=quantity,
        price=_plain(order.price),
        stop_price=_plain(order.stop_price),
        take_profit=_leg(order.take_profit),
        stop_loss=_leg(order.stop_loss),
        parent_order_id=order.parent_order_id,
        rests_at=order.rests_at if denied is None else None,
        venue_order_id=order.venue_order_id or None,
        status=order.status,
        filled_quantity=filled,
        remaining_quantity=_remaining(quantity, order.filled) if order.filled else quantity,
        filled_value=plain(order.filled_notional) if order.filled else "0",
        average_price=_average(order.filled_notional, order.filled),
        fees=_fees(order.fees),
        hold=_hold(order.hold_asset, account.group_held.get(order.order_id, ZERO)) if is_single else None,
        reason=order.reason if denied is None else denied.detail,
        code=denied and denied.code,
        figures=denied and denied.figures,
        created_at=order.created_at,
        updated_at=order.updated_at,
    )


def begin(event: OrderPlaced | OrderDenied) -> OrderDocument:
    """The document of an order at its first event."""
    terms = event.terms
    quantity = plain(terms.quantity) if terms.quantity else None
    opening: dict[str, Any] = (
        {
            "status": OrderStatus.PARKED if event.parked else OrderStatus.PENDING,
            "stop_price": _plain(event.stop_price if event.stop_price is not None else terms.stop_price),
            "parent_order_id": event.parent_order_id,
            "rests_at": event.rests_at,
            "hold": None if terms.oco_group else _hold(event.hold.asset, event.hold.amount),
            "reason": "",
            "code": None,
            "figures": None,
        }
        if isinstance(event, OrderPlaced)
        else {
            "status": OrderStatus.DENIED,
            "stop_price": _plain(terms.stop_price),
            "parent_order_id": None,
            "rests_at": None,
            "hold": None,
            "reason": event.detail,
            "code": event.code,
            "figures": event.figures,
        }
    )
    return _document(
        event.account_id,
        event.order_id,
        terms,
        quantity=quantity,
        price=_plain(terms.price),
        take_profit=_leg(terms.take_profit),
        stop_loss=_leg(terms.stop_loss),
        venue_order_id=None,
        filled_quantity="0",
        remaining_quantity=quantity,
        filled_value="0",
        average_price=None,
        fees=(),
        created_at=event.at,
        updated_at=event.at,
        **opening,
    )


def evolve(document: OrderDocument, event: OrderEvent) -> OrderDocument:
    """The document after a later event of the order."""
    changes: dict[str, Any] = {"status": _status_after(document, event), "updated_at": event.at}
    match event:
        case OrderFilled():
            changes |= _filled(document, event)
        case OrderAccepted():
            changes["venue_order_id"] = event.venue_order_id
        case OrderRejected() | OrderCancelled() | OrderExpired():
            if document.status not in TERMINAL:
                changes["reason"] = event.reason
            changes["hold"] = _moved(document.hold, released=event.released)
        case TrailingStopMoved():
            changes["stop_price"] = plain(event.stop_price)
        case OrderReplaceRequested():
            changes["hold"] = _moved(document.hold, held=event.held)
        case OrderReplaceRejected():
            changes["hold"] = _moved(document.hold, released=event.released)
        case OrderReplaced():
            changes |= _replaced(document, event)
        case OrderExitsChanged():
            changes["take_profit"] = _leg(event.take_profit) or document.take_profit
            changes["stop_loss"] = _leg(event.stop_loss) or document.stop_loss
        case _:
            pass
    return msgspec.structs.replace(document, **changes)


def _status_after(document: OrderDocument, event: OrderEvent) -> OrderStatus:
    """As the account moves its order, see ``lifecycle``."""
    fact = type(event).__name__
    if isinstance(event, OrderFilled) and not event.is_complete:
        fact = "OrderPartiallyFilled"
    if isinstance(event, OrderCancelRejected | OrderReplaced | OrderReplaceRejected):
        return works_on(
            fact,
            document.status,
            is_accepted=document.venue_order_id is not None,
            has_fills=document.filled_quantity != "0",
        )
    return next_status(fact, document.status)


def _filled(document: OrderDocument, fill: OrderFilled) -> dict[str, Any]:
    value = Decimal(document.filled_value) + fill.quantity * fill.price
    fees = {fee.asset: Decimal(fee.amount) for fee in document.fees}
    if fill.fee:
        fees[fill.fee_asset] = fees.get(fill.fee_asset, ZERO) + fill.fee
    return {
        "filled_quantity": plain(fill.cumulative_quantity),
        "remaining_quantity": _remaining(document.quantity, fill.cumulative_quantity),
        "filled_value": plain(value),
        "average_price": _average(value, fill.cumulative_quantity),
        "fees": _fees(fees),
        "hold": _moved(document.hold, released=fill.released),
    }


def _replaced(document: OrderDocument, event: OrderReplaced) -> dict[str, Any]:
    changes: dict[str, Any] = {"hold": _moved(document.hold, held=event.held, released=event.released)}
    if event.quantity is not None:
        quantity = plain(event.quantity)
        changes["quantity"] = quantity
        changes["remaining_quantity"] = _remaining(quantity, Decimal(document.filled_quantity))
    if event.price is not None:
        changes["price"] = plain(event.price)
    if event.stop_price is not None:
        changes["stop_price"] = plain(event.stop_price)
    return changes


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _leg(leg: LegTerms | None) -> LegDocument | None:
    if leg is None:
        return None
    return LegDocument(stop_price=plain(leg.stop_price), price=_plain(leg.price))


def _hold(asset: str, amount: Decimal) -> HoldDocument:
    return HoldDocument(asset=asset, amount=plain(amount))


def _fees(fees: Mapping[Asset, Decimal] | Mapping[str, Decimal]) -> tuple[FeeDocument, ...]:
    return tuple(FeeDocument(asset=asset, amount=plain(amount)) for asset, amount in fees.items())


def _average(value: Decimal, quantity: Decimal) -> str | None:
    return plain(divide(value, quantity)) if quantity else None


def _remaining(quantity: str | None, filled: Decimal) -> str | None:
    return None if quantity is None else plain(max(Decimal(quantity) - filled, ZERO))


def _moved(
    document: HoldDocument | None, *, held: Hold | None = None, released: Hold | None = None
) -> HoldDocument | None:
    """The hold after funds joined or left it."""
    if document is None:
        return None
    amount = Decimal(document.amount)
    amount += held.amount if held is not None else ZERO
    amount -= released.amount if released is not None else ZERO
    return _hold(document.asset, amount)


class OrderBook(dict[OrderId, OrderDocument]):
    """Orders by id, folded from events."""

    def fold(self, event: AccountEvent) -> OrderId | None:
        """Take in an event; answers which order it changed, if any."""
        if isinstance(event, OrderPlaced | OrderDenied):
            self[event.order_id] = begin(event)
            return event.order_id
        if isinstance(event, OrderEvent):
            self[event.order_id] = evolve(self[event.order_id], event)
            return event.order_id
        return None
