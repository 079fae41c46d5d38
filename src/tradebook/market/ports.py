"""What the market room needs from outside, and what it offers to those who decide."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.recorded import Rate
from tradebook.market.values import Candle, Instrument, Interval, Level, MarketEvent, Quote, Trade


class MarketSource(Protocol):
    """Where market events come from: simulated, replayed or live."""

    run_id: str
    """Part of every id derived from market sequences, so that two runs of a tape never collide."""

    def instruments(self) -> Sequence[Instrument]:
        """What this source carries."""
        ...

    def events(self) -> AsyncIterator[Sequence[MarketEvent]]:
        """Batches in time order; ends when the source is exhausted."""
        ...


class MarketData(Protocol):
    """The in-process picture of the market that deciders, venues and screens read."""

    def now(self) -> datetime:
        """The market's own time: the tape's in a replay, else the clock's."""
        ...

    def instrument(self, instrument_id: InstrumentId) -> Instrument | None:
        """Its rules, if it is known."""
        ...

    def instruments(self) -> Sequence[Instrument]:
        """What there is without being asked for, by id; ``instrument`` may know more."""
        ...

    def listed(self) -> Sequence[Instrument]:
        """Everything known, by id."""
        ...

    def quote(self, instrument_id: InstrumentId) -> Quote | None:
        """The last quote."""
        ...

    def last_trade(self, instrument_id: InstrumentId) -> Trade | None:
        """The last print."""
        ...

    def rate(self, asset: Asset, unit: Asset) -> Decimal | None:
        """What one of ``asset`` was last worth in ``unit``; None where nothing between them has a price."""
        ...

    def priced(self, asset: Asset, unit: Asset) -> Rate | None:
        """The same with the instrument that said so, and when."""
        ...

    def between(self, base: Asset, quote: Asset) -> Sequence[InstrumentId]:
        """Instruments that quote one asset in the other, by id."""
        ...

    def depth(self, instrument_id: InstrumentId, levels: int = 25) -> tuple[Sequence[Level], Sequence[Level]]:
        """Best bids and asks that are known; the quote's one level where no book is."""
        ...

    def subscribe(self, listener: Callable[[MarketEvent], None]) -> Callable[[], None]:
        """Call ``listener`` in the loop for every event, in order; returns how to stop.

        Listeners must return quickly; what takes time is put on a queue of their own.
        """
        ...


class Prices(Protocol):
    """Sees to it that decisions find prices, whether or not anybody watched them before."""

    def are_at_hand(self, instrument_id: InstrumentId, unit: Asset) -> bool:
        """Whether there is nothing to wait for before deciding about the instrument in ``unit``."""
        ...

    def call(self, instruments: Iterable[InstrumentId]) -> None:
        """Ask for several at once: who then brings one after the other waits for them together."""
        ...

    async def bring(self, instrument_id: InstrumentId, unit: Asset) -> None:
        """Ask for what is missing, and wait for it within bounds."""
        ...


class PastCandles(Protocol):
    """Tells the past of instruments as their venues have kept it."""

    def tells_of(self, instrument_id: InstrumentId) -> bool:
        """Whether there is somebody to ask, as far as is known yet."""
        ...

    async def candles_before(
        self, instrument_id: InstrumentId, interval: Interval, before: datetime
    ) -> Sequence[Candle]:
        """The newest that have ended and begin before that, without a hole between them but what the venue
        lacks itself, as many as one request brings; none where the venue has nothing older.

        Raises ConnectionError, TimeoutError, Unavailable, or ValueError for what is not understood.
        """
        ...
