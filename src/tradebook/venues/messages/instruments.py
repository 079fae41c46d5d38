"""What a venue lists: an instrument, how the venue names it, and the terms of a derivative."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from tradebook.kernel.ids import Asset
from tradebook.kernel.messages import Value
from tradebook.market.values import Instrument


class InstrumentKind(StrEnum):
    """What is bought."""

    SPOT = "spot"
    PERPETUAL = "perpetual"
    FUTURE = "future"
    OPTION = "option"


class ListingStatus(StrEnum):
    """Whether it can be traded now."""

    TRADING = "trading"
    HALTED = "halted"
    """For a while: an auction, maintenance, or before it opens."""
    DELISTED = "delisted"
    """For good: settling, delivered or closed."""


class ListedInstrument(Value, frozen=True, kw_only=True):
    """One line of a venue's list of instruments."""

    instrument: Instrument
    venue_symbol: str
    """What the venue calls it on the wire."""
    kind: InstrumentKind
    status: ListingStatus
    settle_asset: Asset
    """What profit, loss and margin are paid in; the quote asset on spot."""
    contract_size: Decimal = Decimal(1)
    """How much one contract is, in the base asset; in the quote asset where it is inverse."""
    is_inverse: bool = False
    """Quoted in one asset and settled in the other: worth ``contracts × size / price`` of the base."""
    min_quantity: Decimal | None = None
    max_quantity: Decimal | None = None
    """Of a limit order."""
    max_leverage: Decimal | None = None
    expires_at: datetime | None = None
    strike: Decimal | None = None
    is_call: bool | None = None
