"""What connections have to know of one market of a venue: its list, its streams and what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import BookUpdate, MarketStream
from tradebook.venues.connections.connection import Words
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.messages.instruments import ListedInstrument
from tradebook.venues.messages.market import MarketMessage, Refusal


class PublicMarket(Words, Protocol):
    """Every adapter has one for each of its markets."""

    name: str
    """For people: ``Binance spot``."""
    silent_after_s: Mapping[MarketStream, float]
    """How long nothing may come on a stream that the venue keeps alive, or that is never quiet for so long;
    without those that may be."""

    async def list_instruments(self) -> Sequence[ListedInstrument]:
        """Ask what is listed; from then on frames about them can be decoded.

        Raises ConnectionError, TimeoutError, UndecodableFrame or VenueBusy.
        """
        ...

    def stream_of(self, instrument_id: InstrumentId, stream: MarketStream) -> tuple[str, Endpoint]:
        """What the venue calls a stream, and where it is. Raises KeyError for what is not listed."""
        ...

    def decode(self, frame: bytes, received_at: datetime) -> Sequence[MarketMessage | Refusal]:
        """What a frame says: of trades, or of anything else. Raises UndecodableFrame."""
        ...

    async def ask_book(self, instrument_id: InstrumentId) -> BookUpdate | None:
        """The whole book; None where the venue sends it on the stream by itself.

        Raises ConnectionError, TimeoutError, UndecodableFrame or VenueBusy.
        """
        ...
