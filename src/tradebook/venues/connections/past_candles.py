"""The venues' own candles of the past, whichever of their markets an instrument is of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import Candle, Interval, MarketStream
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.market import CandleUpdate


class MarketWithPast(Protocol):
    """A market of a venue that tells its past."""

    def stream_of(self, instrument_id: InstrumentId, stream: MarketStream) -> tuple[str, Endpoint]:
        """Raises KeyError for what is not listed."""
        ...

    async def past_candles(
        self, instrument_id: InstrumentId, interval: Interval, before: datetime
    ) -> Sequence[CandleUpdate]:
        """The newest that begin before that, as many as one request brings.

        Raises ConnectionError, TimeoutError, UndecodableFrame or VenueBusy.
        """
        ...


class VenuePast:
    """Implements ``PastCandles``."""

    def __init__(self, markets: Sequence[MarketWithPast]) -> None:
        self._markets = markets

    def tells_of(self, instrument_id: InstrumentId) -> bool:
        """Whether one of the markets lists it, as far as they have told yet."""
        return self._market_of(instrument_id) is not None

    async def candles_before(
        self, instrument_id: InstrumentId, interval: Interval, before: datetime
    ) -> Sequence[Candle]:
        """As the protocol says."""
        market = self._market_of(instrument_id)
        if market is None:
            raise ConnectionError(f"no venue lists {instrument_id} now")
        try:
            told = await market.past_candles(instrument_id, interval, before)
        except UndecodableFrame as error:
            raise ConnectionError(str(error)) from None
        if not all(each.is_closed for each in told):
            raise ConnectionError("by the venue's clock the newest candle has not ended yet")
        return [each.candle for each in told]

    def _market_of(self, instrument_id: InstrumentId) -> MarketWithPast | None:
        for market in self._markets:
            try:
                market.stream_of(instrument_id, MarketStream.TRADES)
            except KeyError:
                continue
            return market
        return None
