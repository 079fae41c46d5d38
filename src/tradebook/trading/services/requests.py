"""What a client writes to place an order. Decimals are strings: a JSON number may have been a float."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from tradebook.kernel.ids import ClientOrderId, InstrumentId, new_id
from tradebook.kernel.money import MAX_DIGITS, ZERO, parse_decimal
from tradebook.trading.commands import ExitChange
from tradebook.trading.orders import (
    LegTerms,
    OffsetType,
    OrderTerms,
    OrderType,
    PositionSide,
    Side,
    TimeInForce,
)

AMOUNT_PATTERN = r"^[0-9]+(\.[0-9]+)?(?!\n)$"
Amount = Annotated[
    str,
    Meta(
        pattern=AMOUNT_PATTERN,
        max_length=MAX_DIGITS + 1,
        description="A decimal number as a string, in plain notation.",
        examples=["0.015"],
    ),
]
Identifier = Annotated[str, Meta(pattern=r"^[!-~]+(?!\n)$", max_length=64, description="Printable ASCII.")]


class LegRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An exit of a bracket. With a price it is a limit order once triggered, else a market order."""

    stop_price: Amount
    price: Amount | None = None


class OrderWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one order is to be, whatever it will be called."""

    account_id: Identifier
    instrument: Identifier
    side: Side
    type: OrderType
    quantity: Amount | None = None
    """In the base asset; may be absent only for a market order sized by ``quote_quantity``."""
    quote_quantity: Amount | None = None
    price: Amount | None = None
    stop_price: Amount | None = None
    trailing_offset: Amount | None = None
    trailing_offset_type: OffsetType = OffsetType.PRICE
    time_in_force: TimeInForce = TimeInForce.GTC
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None
    post_only: bool = False
    reduce_only: bool = False
    position_side: PositionSide = PositionSide.NET
    """Of a contract in hedge mode: which of its two positions the order is about."""
    oco_group: Annotated[str, Meta(max_length=64)] = ""
    take_profit: LegRequest | None = None
    stop_loss: LegRequest | None = None
    tags: Annotated[tuple[Annotated[str, Meta(max_length=64)], ...], Meta(max_length=16)] = ()


class OrderRequest(OrderWish, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One order."""

    client_order_id: Identifier


class PreviewRequest(OrderWish, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One order that is not placed."""

    client_order_id: Identifier | None = None
    """Given, it is judged as an order of that name would be: as a repetition where the name is taken."""

    def named(self) -> OrderRequest:
        """The order as it would be placed, under a name that nothing else has where it has none."""
        fields = {name: getattr(self, name) for name in self.__struct_fields__}
        return OrderRequest(**{**fields, "client_order_id": self.client_order_id or new_id()})


class LegChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New prices of a bracket's exit; what is left out stays."""

    stop_price: Amount | None = None
    price: Amount | None = None


class ReplaceRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New terms of an open order; what is left out stays."""

    quantity: Amount | None = None
    price: Amount | None = None
    stop_price: Amount | None = None
    take_profit: LegChange | None = None
    """Of the entry of a bracket whose exits are no orders of their own yet; the same for ``stop_loss``."""
    stop_loss: LegChange | None = None


class CancelAllRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which open orders to cancel; without an account those of every account that the caller may trade."""

    account_id: Identifier | None = None
    instrument: Identifier | None = None


def terms_of(request: OrderRequest) -> OrderTerms:
    """The request as the model takes it. Raises InvalidInput for numbers that are too long."""
    return OrderTerms(
        client_order_id=ClientOrderId(request.client_order_id),
        instrument_id=InstrumentId(request.instrument),
        side=request.side,
        type=request.type,
        quantity=decimal_of(request.quantity, "quantity") or ZERO,
        quote_quantity=decimal_of(request.quote_quantity, "quote_quantity"),
        price=decimal_of(request.price, "price"),
        stop_price=decimal_of(request.stop_price, "stop_price"),
        trailing_offset=decimal_of(request.trailing_offset, "trailing_offset"),
        trailing_offset_type=request.trailing_offset_type,
        time_in_force=request.time_in_force,
        expires_at=request.expires_at and request.expires_at.astimezone(UTC),
        post_only=request.post_only,
        reduce_only=request.reduce_only,
        position_side=request.position_side,
        oco_group=request.oco_group,
        take_profit=_leg(request.take_profit, "take_profit"),
        stop_loss=_leg(request.stop_loss, "stop_loss"),
        tags=request.tags,
    )


def decimal_of(text: str | None, field: str) -> Decimal | None:
    """The decimal in an optional field. Raises InvalidInput."""
    return None if text is None else parse_decimal(text, field=field)


def exit_change(change: LegChange | None, field: str) -> ExitChange | None:
    """The change of an exit as the model takes it. Raises InvalidInput for numbers that are too long."""
    if change is None:
        return None
    return ExitChange(
        stop_price=decimal_of(change.stop_price, f"{field}.stop_price"),
        price=decimal_of(change.price, f"{field}.price"),
    )


def _leg(leg: LegRequest | None, field: str) -> LegTerms | None:
    if leg is None:
        return None
    return LegTerms(
        stop_price=parse_decimal(leg.stop_price, field=f"{field}.stop_price"),
        price=decimal_of(leg.price, f"{field}.price"),
    )
