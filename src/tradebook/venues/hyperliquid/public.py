"""The public side of Hyperliquid: its own perpetuals and spot, on one connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId
from tradebook.market.candles import SECONDS
from tradebook.market.values import BookUpdate, Interval, MarketStream
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.connections.http import Http
from tradebook.venues.hyperliquid import streams
from tradebook.venues.hyperliquid.limits import CANDLES_KEPT
from tradebook.venues.hyperliquid.market_data import decode_book, decode_candles, decode_market
from tradebook.venues.hyperliquid.rest import HOST, TESTNET_HOST, PublicRest
from tradebook.venues.hyperliquid.symbols import Universe, take_perpetual_meta, take_spot_meta
from tradebook.venues.messages.instruments import InstrumentKind, ListedInstrument
from tradebook.venues.messages.market import CandleUpdate, MarketMessage, Refusal

BOOK_SILENT_AFTER_S = 30.0
"""A book is told whole with nearly every block, two in a second at most."""
QUOTES_SILENT_AFTER_S = 300.0
"""Best prices are told as they change."""


class HyperliquidMarket:
    """Implements ``PublicMarket``."""

    name = "Hyperliquid"
    silent_after_s: Mapping[MarketStream, float] = {
        MarketStream.QUOTES: QUOTES_SILENT_AFTER_S,
        MarketStream.BOOK: BOOK_SILENT_AFTER_S,
    }

    def __init__(self, http: Http, clock: Clock, *, url: str | None = None) -> None:
        """``url`` is where another server speaks as Hyperliquid does, for questions and streams alike."""
        self.rest = PublicRest(url or HOST, http, clock)
        """Its limits are those of our address: whoever asks the venue asks here."""
        self.is_mainnet = url != TESTNET_HOST
        """Which of the venue's two chains it is."""
        self.account_endpoint = _endpoint_at(streams.ACCOUNT, url)
        """Where private streams are."""
        self.universe = Universe()
        """What is listed."""
        self.looked_at: set[InstrumentId] = set()
        """Perpetuals whose prices somebody wants, or wanted."""
        self._endpoint = _endpoint_at(streams.PUBLIC, url)
        self._clock = clock
        self._listed: dict[InstrumentId, ListedInstrument] = {}

    async def list_instruments(self) -> Sequence[ListedInstrument]:
        """Spot, and the perpetuals of the venue's own dex.

        Should two tokens bear one name, it means the older: a newer one must not take its place.
        """
        # Both or none: whoever finds something listed takes it for everything.
        spot_meta, perpetual_meta = await self.rest.ask("spotMeta"), await self.rest.ask("meta")
        # Tokens come first: perpetuals name what they are paid in by them.
        spot = take_spot_meta(spot_meta, self.universe)
        perpetuals = take_perpetual_meta(perpetual_meta, self.universe)
        self._listed = {each.instrument.instrument_id: each for each in reversed((*perpetuals, *spot))}
        return list(self._listed.values())

    def stream_of(self, instrument_id: InstrumentId, stream: MarketStream) -> tuple[str, Endpoint]:
        """Raises KeyError for what is not listed."""
        listed = self._listed[instrument_id]
        if listed.kind is InstrumentKind.PERPETUAL:
            self.looked_at.add(instrument_id)
        return streams.market_stream(listed.venue_symbol, stream), self._endpoint

    def subscription(self, names: Sequence[str]) -> bytes:
        """The frame that asks for a stream: there is one in each."""
        (name,) = names
        return streams.subscribe(name)

    def unsubscription(self, names: Sequence[str]) -> bytes:
        """The frame that ends it."""
        (name,) = names
        return streams.unsubscribe(name)

    def decode(self, frame: bytes, received_at: datetime) -> Sequence[MarketMessage | Refusal]:  # noqa: ARG002  # the venue tells its own time
        """What a frame says. Raises UndecodableFrame."""
        return decode_market(frame, self.universe)

    async def ask_book(self, instrument_id: InstrumentId) -> BookUpdate:
        """Twenty levels a side, as the stream tells them too."""
        body = await self.rest.ask("l2Book", coin=self._coin(instrument_id))
        return decode_book(body, self.universe)

    async def past_candles(
        self, instrument_id: InstrumentId, interval: Interval, before: datetime
    ) -> Sequence[CandleUpdate]:
        """All that begin before that of the last 5,000, which is what the venue keeps of each length."""
        end, now = before - timedelta(milliseconds=1), self._clock.now()
        start = now - CANDLES_KEPT * timedelta(seconds=SECONDS[interval])
        if end <= start:
            return ()
        body = await self.rest.ask_candles(self._coin(instrument_id), interval.value, start=start, end=end)
        return decode_candles(body, self.universe, asked_at=now)

    def _coin(self, instrument_id: InstrumentId) -> str:
        return self._listed[instrument_id].venue_symbol


def _endpoint_at(endpoint: Endpoint, url: str | None) -> Endpoint:
    if url is None:
        return endpoint
    parts = urlsplit(url)
    there = f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}/ws"
    return msgspec.structs.replace(endpoint, url=there)
