"""How far an order without a price may trade, as a price that a venue takes."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.money import round_down, round_up
from tradebook.trading.orders import Side
from tradebook.trading.ports import VenueOrder


def worst_price(order: VenueOrder) -> Decimal | None:
    """The protection price on the venue's grid, never beyond it; None where there is no bound."""
    if order.protection_price is None:
        return None
    inward = round_down if order.terms.side is Side.BUY else round_up
    return inward(order.protection_price, order.instrument.tick_size)
