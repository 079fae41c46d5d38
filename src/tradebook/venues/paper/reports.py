"""What the paper venue says about an order, in the words of the venue port."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from tradebook.kernel.ids import AccountId, OrderId
from tradebook.trading.commands import (
    RecordAcceptance,
    RecordCancellation,
    RecordCancelRejection,
    RecordExpiry,
    RecordFill,
    RecordRejection,
    RecordReplacement,
    RecordReplaceRejection,
    RecordTrailingMove,
    RecordTrigger,
)
from tradebook.trading.orders import Liquidity
from tradebook.trading.ports import VenueOrder
from tradebook.venues.paper.orders import PaperOrder
from tradebook.venues.paper.rules import Match, fee_of


class _Heading(TypedDict):
    account_id: AccountId
    order_id: OrderId
    at: datetime


def accepted(order: PaperOrder, at: datetime) -> RecordAcceptance:
    """The order works here."""
    return RecordAcceptance(**_heading(order.request, at), venue_order_id=order.venue_order_id)


def replaced(order: PaperOrder, at: datetime) -> RecordReplacement:
    """The order works on the terms that it has now."""
    return RecordReplacement(
        **_heading(order.request, at),
        quantity=order.quantity,
        price=order.price,
        stop_price=order.stop_price,
    )


def triggered(order: PaperOrder, at: datetime, *, price: Decimal, sequence: int) -> RecordTrigger:
    """A trade at ``price`` triggered the order."""
    return RecordTrigger(**_heading(order.request, at), trigger_price=price, market_sequence=sequence)


def trailed(order: PaperOrder, at: datetime, *, anchor: Decimal) -> RecordTrailingMove:
    """A trailing stop has followed the market to ``anchor``."""
    return RecordTrailingMove(**_heading(order.request, at), anchor=anchor)


def filled(order: PaperOrder, at: datetime, match: Match, liquidity: Liquidity, fill_id: str) -> RecordFill:
    """The order, which knows of the match already, has traded."""
    instrument = order.instrument
    fee = fee_of(instrument, order.terms.side, match, liquidity)
    return RecordFill(
        **_heading(order.request, at),
        client_order_id=order.terms.client_order_id,
        venue_order_id=order.venue_order_id,
        fill_id=fill_id,
        instrument_id=instrument.instrument_id,
        side=order.terms.side,
        quantity=match.quantity,
        price=match.price,
        base_asset=instrument.base_asset,
        quote_asset=instrument.quote_asset,
        fee=fee.amount,
        fee_asset=fee.asset,
        liquidity=liquidity,
        leaves_nothing=order.terms.quote_quantity is not None and not order.remaining,
    )


def rejected(request: VenueOrder, at: datetime, reason: str) -> RecordRejection:
    """The venue will not have the order."""
    return RecordRejection(**_heading(request, at), reason=reason)


def cancelled(request: VenueOrder, at: datetime, reason: str) -> RecordCancellation:
    """The order works no longer."""
    return RecordCancellation(**_heading(request, at), reason=reason)


def expired(request: VenueOrder, at: datetime) -> RecordExpiry:
    """The order's time in force is over."""
    return RecordExpiry(**_heading(request, at), reason=request.terms.time_in_force.value)


def not_cancelled(request: VenueOrder, at: datetime, reason: str) -> RecordCancelRejection:
    """There is nothing to cancel."""
    return RecordCancelRejection(**_heading(request, at), reason=reason)


def not_replaced(request: VenueOrder, at: datetime, reason: str) -> RecordReplaceRejection:
    """The old terms stay."""
    return RecordReplaceRejection(**_heading(request, at), reason=reason)


def _heading(request: VenueOrder, at: datetime) -> _Heading:
    return _Heading(account_id=request.account_id, order_id=request.order_id, at=at)
