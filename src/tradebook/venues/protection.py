"""How far an order without a price may trade, and whether in part, in words that a venue takes."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.money import round_down, round_up
from tradebook.trading.orders import Side, TimeInForce
from tradebook.trading.ports import VenueOrder
from tradebook.venues.errors import Inexpressible


def worst_price(order: VenueOrder) -> Decimal | None:
    """The protection price on the venue's grid, never beyond it; None where there is no bound."""
    if order.protection_price is None:
        return None
    inward = round_down if order.terms.side is Side.BUY else round_up
    return inward(order.protection_price, order.instrument.tick_size)


def at_once(order: VenueOrder) -> TimeInForce:
    """How it goes as a limit order at its worst price: it trades what there is, or all of it or nothing."""
    wants_all = order.terms.time_in_force is TimeInForce.FOK
    return TimeInForce.FOK if wants_all else TimeInForce.IOC


def refuse_all_or_nothing(order: VenueOrder, venue: str) -> None:
    """Raises Inexpressible where an order that goes to the venue without a price wants all or nothing."""
    if order.terms.time_in_force is TimeInForce.FOK:
        raise Inexpressible(venue, "time_in_force", "without a price it would trade what there is")
