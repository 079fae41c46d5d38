"""The public side of Binance's spot market: what is listed, where its streams are, how to ask for books."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import count
from urllib.parse import urlsplit

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import BookUpdate, MarketStream
from tradebook.venues.binance.market_answers import decode_depth
from tradebook.venues.binance.market_data import PublicFrames
from tradebook.venues.binance.requests import public
from tradebook.venues.binance.rest import PublicRest
from tradebook.venues.binance.streams import spot_stream, subscription, unsubscription
from tradebook.venues.binance.symbols import decode_budgets, decode_spot_instruments
from tradebook.venues.binance.wire import VENUE
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.connections.http import Http
from tradebook.venues.connections.limits import Limiter
from tradebook.venues.messages.instruments import ListedInstrument
from tradebook.venues.messages.limits import Budget
from tradebook.venues.symbols import SymbolTable

HOST = "https://api.binance.com"
BOOK_LEVELS = 1000
_LIST_WEIGHT, _BOOK_WEIGHT = 20, 50
"""https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints"""
_STANDARD_FEE = Decimal("0.001")
"""For an account without discounts, maker and taker alike: https://www.binance.com/en/fee/schedule"""
_BUDGETS = (Budget(kind="REQUEST_WEIGHT", interval_s=60, limit=6000),)
"""As exchangeInfo stated them in 2026; what it states when it is asked counts."""


class SpotMarket:
    """Implements ``PublicMarket``."""

    name = "Binance spot"

    def __init__(self, http: Http, clock: Clock, *, url: str | None = None) -> None:
        """``url`` is where another server speaks as Binance does, for REST and streams alike."""
        self._clock = clock
        self._limiter = Limiter(VENUE, clock, _BUDGETS)
        self._rest = PublicRest(url or HOST, http, self._limiter)
        self._streams_at = _stream_url(url) if url else None
        self._symbols = SymbolTable()
        self.decode = PublicFrames(self._symbols).decode
        """What a frame says. Raises UndecodableFrame."""
        self._request_ids = count(1)

    async def list_instruments(self) -> Sequence[ListedInstrument]:
        """Everything listed on spot, and the limits that hold now."""
        body = await self._rest.ask(public("/api/v3/exchangeInfo"), weight=_LIST_WEIGHT)
        self._limiter.learn(decode_budgets(body))
        listed = [_with_fees(each) for each in decode_spot_instruments(body).listed]
        self._symbols.take(listed)
        return listed

    def stream_of(self, instrument_id: InstrumentId, stream: MarketStream) -> tuple[str, Endpoint]:
        """Raises KeyError for what is not listed."""
        name, endpoint = spot_stream(self._symbols.listed(instrument_id).venue_symbol, stream)
        if self._streams_at is not None:
            endpoint = msgspec.structs.replace(endpoint, url=self._streams_at)
        return name, endpoint

    def subscription(self, streams: Sequence[str]) -> bytes:
        """The frame that asks for streams."""
        return subscription(streams, request_id=next(self._request_ids))

    def unsubscription(self, streams: Sequence[str]) -> bytes:
        """The frame that ends them."""
        return unsubscription(streams, request_id=next(self._request_ids))

    async def ask_book(self, instrument_id: InstrumentId) -> BookUpdate:
        """The best thousand levels of either side."""
        symbol = self._symbols.listed(instrument_id).venue_symbol
        request = public("/api/v3/depth", symbol=symbol, limit=BOOK_LEVELS)
        body = await self._rest.ask(request, weight=_BOOK_WEIGHT)
        return decode_depth(body, instrument_id, self._clock.now())


def _with_fees(listed: ListedInstrument) -> ListedInstrument:
    replace = msgspec.structs.replace
    instrument = replace(listed.instrument, maker_fee_rate=_STANDARD_FEE, taker_fee_rate=_STANDARD_FEE)
    return replace(listed, instrument=instrument)


def _stream_url(url: str) -> str:
    parts = urlsplit(url)
    return f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}/stream"
