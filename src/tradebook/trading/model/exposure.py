"""How large a position in an instrument may become: what limits on positions measure.

What is owned of a spot instrument's base asset counts, and what open buys may bring. A contract counts either
way: its position, and what the open orders on one side may make of it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tradebook.kernel.money import ZERO
from tradebook.market.values import Instrument
from tradebook.trading.model.contracts import position_key
from tradebook.trading.model.inputs import Input
from tradebook.trading.model.state import Account, Interest
from tradebook.trading.orders import PositionSide

_RATE = "quote_rate: one unit of the quote asset in the account's base asset"
_OWNED = f"(owned + buying) × price × quote_rate. buying: what open buy orders may still bring. {_RATE}"
_OPEN = (
    "the larger of |position + buying| and |position - selling|, × price × quote_rate. "
    f"buying, selling: what open orders may still trade. {_RATE}"
)
_OPEN_INVERSE = _OPEN.replace("× price", "× contract_size")
_HEDGED = _OPEN.replace("|position + buying| and |position - selling|", "long + buying and short + selling")
_HEDGED_INVERSE = _HEDGED.replace("× price", "× contract_size")
_NOTHING = Interest()


class Exposure(NamedTuple):
    """A quantity and how it is worth what limits measure."""

    quantity: Decimal
    formula: str
    """Of its worth in the account's base asset."""
    inputs: tuple[Input, ...]
    """All but price and rate."""


def exposure(
    account: Account, instrument: Instrument, *, buying: Decimal = ZERO, selling: Decimal = ZERO
) -> Exposure:
    """Of the account now, or with an order more that would be ``buying`` or ``selling`` so much."""
    interest = account.interests.get(instrument.instrument_id) or _NOTHING
    buying, selling = interest.buying + buying, interest.selling + selling
    unit = instrument.base_asset
    if instrument.contract is None:
        owned = account.balance(unit).total
        inputs: tuple[Input, ...] = (Input("owned", owned, unit), Input("buying", buying, unit))
        return Exposure(owned + buying, _OWNED, inputs)
    net, long, short = (
        _quantity(account, instrument, side)
        for side in (PositionSide.NET, PositionSide.LONG, PositionSide.SHORT)
    )
    size = instrument.contract.inverse_size
    orders: tuple[Input, ...] = (Input("buying", buying, unit), Input("selling", selling, unit))
    if size is not None:
        orders = (*orders, Input("contract_size", size, instrument.quote_asset))
    if long or short:
        furthest = max(long + buying, -short + selling)
        inputs = (Input("long", long, unit), Input("short", -short, unit), *orders)
        return Exposure(furthest, _HEDGED if size is None else _HEDGED_INVERSE, inputs)
    furthest = max(abs(net + buying), abs(net - selling))
    return Exposure(
        furthest, _OPEN if size is None else _OPEN_INVERSE, (Input("position", net, unit), *orders)
    )


def _quantity(account: Account, instrument: Instrument, side: PositionSide) -> Decimal:
    position = account.contracts.get(position_key(instrument.instrument_id, side))
    return ZERO if position is None else position.quantity
