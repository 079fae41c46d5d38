"""The simulated market as one of inverse contracts: the same prices, and quantities in dollars of them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal

import msgspec

from tradebook.kernel.money import ONE
from tradebook.market.values import BookUpdate, Instrument, Level, MarketEvent, Quote, Trade


def in_contracts(event: MarketEvent, listed: Instrument) -> MarketEvent:
    """What happens to a coin, as it happens to the contracts on it; each is worth one dollar."""
    instrument_id, replace = listed.instrument_id, msgspec.structs.replace
    match event:
        case Quote():
            return replace(
                event,
                instrument_id=instrument_id,
                bid_size=_contracts(event.bid, event.bid_size),
                ask_size=_contracts(event.ask, event.ask_size),
            )
        case Trade():
            quantity = _contracts(event.price, event.quantity)
            return replace(event, instrument_id=instrument_id, quantity=quantity)
        case BookUpdate():
            return replace(
                event, instrument_id=instrument_id, bids=_levels(event.bids), asks=_levels(event.asks)
            )


def _levels(levels: Iterable[Level]) -> tuple[Level, ...]:
    return tuple([Level(price=each.price, size=_contracts(each.price, each.size)) for each in levels])


def _contracts(price: Decimal, quantity: Decimal) -> Decimal:
    """Whole ones, and at least one of what there is: a size of nothing means that a level is gone."""
    whole = (price * quantity).to_integral_value(ROUND_DOWN)
    return max(whole, ONE) if quantity else quantity
