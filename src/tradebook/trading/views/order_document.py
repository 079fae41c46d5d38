"""An order as the world sees it, folded from its events: one form for answers, pushes, rows and time travel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Context, Decimal

import msgspec

from tradebook.kernel.ids import OrderId
from tradebook.kernel.money import ZERO, multiply, plain
from tradebook.trading.events import (
    AccountEvent,
    OrderAccepted,
    OrderCancelled,
    OrderDenied,
    OrderEvent,
    OrderExpired,
    OrderFilled,
    OrderPlaced,
    OrderRejected,
    OrderReplaced,
    OrderReplaceRejected,
    OrderReplaceRequested,
    TrailingStopMoved,
)
from tradebook.trading.lifecycle import status_after
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

_WIDE = Context(prec=38)


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
    reason: str | None
    """Why it was denied, rejected, cancelled or expired."""
    code: str | None
    """Of a denial."""
    figures: Mapping[str, str] | None
    """Of a denial."""
    created_at: datetime
    updated_at: datetime


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _leg(leg: LegTerms | None) -> LegDocument | None:
    return leg and LegDocument(stop_price=plain(leg.stop_price), price=_plain(leg.price))


def begin(event: OrderPlaced | OrderDenied) -> OrderDocument:
    """The document of an order at its first event."""
    terms: OrderTerms = event.terms
    quantity = plain(terms.quantity) if terms.quantity else None
    placed = event if isinstance(event, OrderPlaced) else None
    denied = event if isinstance(event, OrderDenied) else None
    return OrderDocument(
        order_id=event.order_id,
        account_id=event.account_id,
        client_order_id=terms.client_order_id,
        instrument=terms.instrument_id,
        side=terms.side,
        type=terms.type,
        quantity=quantity,
        quote_quantity=_plain(terms.quote_quantity),
        price=_plain(terms.price),
        stop_price=_plain(terms.stop_price),
        trailing_offset=_plain(terms.trailing_offset),
        trailing_offset_type=terms.trailing_offset_type,
        time_in_force=terms.time_in_force,
        expires_at=terms.expires_at,
        post_only=terms.post_only,
        reduce_only=terms.reduce_only,
        oco_group=terms.oco_group,
        take_profit=_leg(terms.take_profit),
        stop_loss=_leg(terms.stop_loss),
        tags=terms.tags,
        parent_order_id=placed and placed.parent_order_id,
        rests_at=placed and placed.rests_at,
        venue_order_id=None,
        status=status_after(None, event),
        filled_quantity="0",
        remaining_quantity=quantity,
        filled_value="0",
        average_price=None,
        fees=(),
        hold=placed and _hold(placed.hold),
        reason=denied and denied.detail,
        code=denied and denied.code,
        figures=denied and denied.figures,
        created_at=event.at,
        updated_at=event.at,
    )


def _hold(hold: Hold) -> HoldDocument:
    return HoldDocument(asset=hold.asset, amount=plain(hold.amount))


def evolve(document: OrderDocument, event: OrderEvent) -> OrderDocument:
    """The document after a later event of the order."""
    changes: dict[str, object] = {
        "status": status_after(document.status, event),
        "updated_at": max(document.updated_at, event.at),
    }
    match event:
        case OrderFilled():
            changes |= _filled(document, event)
        case OrderAccepted():
            changes["venue_order_id"] = event.venue_order_id
        case OrderRejected() | OrderCancelled() | OrderExpired():
            changes |= {"reason": event.reason, "hold": _moved(document.hold, released=event.released)}
        case TrailingStopMoved():
            changes["stop_price"] = plain(event.stop_price)
        case OrderReplaceRequested():
            changes["hold"] = _moved(document.hold, held=event.held)
        case OrderReplaceRejected():
            changes["hold"] = _moved(document.hold, released=event.released)
        case OrderReplaced():
            changes |= _replaced(document, event)
        case _:
            pass
    return msgspec.structs.replace(document, **changes)


def _filled(document: OrderDocument, fill: OrderFilled) -> dict[str, object]:
    value = Decimal(document.filled_value) + multiply(fill.quantity, fill.price)
    fees = {fee.asset: Decimal(fee.amount) for fee in document.fees}
    if fill.fee:
        fees[fill.fee_asset] = fees.get(fill.fee_asset, ZERO) + fill.fee
    return {
        "filled_quantity": plain(fill.cumulative_quantity),
        "remaining_quantity": _remaining(document.quantity, fill.cumulative_quantity),
        "filled_value": plain(value),
        "average_price": plain(_WIDE.divide(value, fill.cumulative_quantity)),
        "fees": tuple(FeeDocument(asset=asset, amount=plain(amount)) for asset, amount in fees.items()),
        "hold": _moved(document.hold, released=fill.released),
    }


def _replaced(document: OrderDocument, event: OrderReplaced) -> dict[str, object]:
    changes: dict[str, object] = {"hold": _moved(document.hold, held=event.held, released=event.released)}
    if event.quantity is not None:
        quantity = plain(event.quantity)
        changes |= {
            "quantity": quantity,
            "remaining_quantity": _remaining(quantity, Decimal(document.filled_quantity)),
        }
    if event.price is not None:
        changes["price"] = plain(event.price)
    if event.stop_price is not None:
        changes["stop_price"] = plain(event.stop_price)
    return changes


def _remaining(quantity: str | None, filled: Decimal) -> str | None:
    return None if quantity is None else plain(max(Decimal(quantity) - filled, ZERO))


def _moved(
    document: HoldDocument | None, *, held: Hold | None = None, released: Hold | None = None
) -> HoldDocument | None:
    """The hold after funds joined or left it."""
    if document is None:
        return None
    amount = Decimal(document.amount)
    if held is not None:
        amount += held.amount
    if released is not None:
        amount -= released.amount
    return HoldDocument(asset=document.asset, amount=plain(amount))


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
