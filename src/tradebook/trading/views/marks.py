"""What an instrument is marked at: the price by which an open position is worth something."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from tradebook.kernel.ids import InstrumentId
from tradebook.market.ports import MarketData
from tradebook.market.recorded import RecordedPrices
from tradebook.market.values import Instrument
from tradebook.trading.views.moments import Moment, Moments

if TYPE_CHECKING:
    from asyncpg import Pool


class Mark(NamedTuple):
    """The prices that a mark is the mean of, and when they were made."""

    prices: dict[str, Decimal]
    """By name: the bid and the ask of a quote, or the close of a recorded minute."""
    at: datetime

    @property
    def price(self) -> Decimal:
        """Their mean, exactly."""
        whole = sum(self.prices.values(), Decimal(0))
        return whole if len(self.prices) == 1 else whole / 2


class Marks:
    """Marks instruments: now in the middle of the last quote, of a moment of the past by recorded prices."""

    def __init__(self, pool: Pool, market: MarketData, recorded: RecordedPrices) -> None:
        self._market = market
        self._recorded = recorded
        self._moments = Moments(pool)

    def instrument(self, instrument_id: InstrumentId) -> Instrument | None:
        """Its rules, if it is known."""
        return self._market.instrument(instrument_id)

    async def mark(self, instrument_id: InstrumentId, moment: Moment | None = None) -> Mark | None:
        """None where nothing is known. Raises InvalidInput for a moment that the journal has not come to."""
        if moment is not None:
            instant = await self._moments.instant(moment)
            found = await self._recorded.close(instrument_id, instant.at)
            return None if found is None else Mark({"close": found[1]}, found[0])
        quote = self._market.quote(instrument_id)
        return None if quote is None else Mark({"bid": quote.bid, "ask": quote.ask}, quote.at)
