"""The public side of Binance's spot market: what is listed, where its streams are, how to ask for books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlsplit

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import BookUpdate, Interval, MarketStream
from tradebook.venues.binance.listed import Listed
from tradebook.venues.binance.market_answers import decode_depth, decode_klines
from tradebook.venues.binance.market_data import PublicFrames
from tradebook.venues.binance.requests import public
from tradebook.venues.binance.rest import PublicRest
from tradebook.venues.binance.streams import SPOT_ACCOUNT, spot_stream, subscription, unsubscription
from tradebook.venues.binance.symbols import decode_budgets, decode_spot_instruments
from tradebook.venues.binance.wire import VENUE
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.connections.http import Http
from tradebook.venues.connections.limits import UNHURRIED, Limiter
from tradebook.venues.connections.requests import StreamRequests
from tradebook.venues.messages.instruments import ListedInstrument
from tradebook.venues.messages.limits import Budget
from tradebook.venues.messages.market import CandleUpdate
from tradebook.venues.symbols import SymbolTable

HOST = "https://api.binance.com"
BOOK_LEVELS, CANDLES_MAX = 1000, 1000
_LIST_WEIGHT, _BOOK_WEIGHT, _CANDLES_WEIGHT = 20, 50, 2
"""https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints"""
_STANDARD_FEE = Decimal("0.001")
"""For an account without discounts, maker and taker alike: https://www.binance.com/en/fee/schedule"""
_COMMISSION_STEP = Decimal("0.00000001")
"""Paid out of what is received: .../binance-spot-api-docs/blob/master/faqs/commission_faq.md"""
_BUDGETS = (Budget(kind="REQUEST_WEIGHT", interval_s=60, limit=6000),)
"""As exchangeInfo stated them in 2026; what it states when it is asked counts."""


QUIET_MAX_S = 300.0
"""Quotes and books are told as they change, which on a pair that is traded takes no minutes."""


class SpotMarket:
    """Implements ``PublicMarket``."""

    name = "Binance spot"
    silent_after_s: Mapping[MarketStream, float] = {
        MarketStream.QUOTES: QUIET_MAX_S,
        MarketStream.BOOK: QUIET_MAX_S,
    }

    def __init__(self, http: Http, clock: Clock, *, url: str | None = None) -> None:
        """``url`` is where another server speaks as Binance does, for REST and streams alike."""
        self._clock = clock
        self.budgets: Sequence[Budget] = _BUDGETS
        """The limits that hold now."""
        self.limiter = Limiter(VENUE, clock, _BUDGETS)
        """Of our address: whoever asks this market shares it."""
        self.rest = PublicRest(url or HOST, http, self.limiter)
        self.account_endpoint = _endpoint_at(SPOT_ACCOUNT, url, "/ws-api/v3")
        """Where private streams are."""
        self._streams_at = url
        self.symbols = SymbolTable()
        """What is listed."""
        self.listed = Listed(self.symbols, self.list_instruments, clock)
        """What is said of it, and what of anything else."""
        self._requests = StreamRequests()
        self.decode = PublicFrames(self.symbols, self._requests.complete).decode
        """What a frame says. Raises UndecodableFrame."""

    async def list_instruments(self) -> Sequence[ListedInstrument]:
        """Everything listed on spot, and the limits that hold now."""
        body = await self.rest.ask(public("/api/v3/exchangeInfo"), weight=_LIST_WEIGHT)
        self.budgets = decode_budgets(body)
        self.limiter.learn(self.budgets)
        listed = [_with_fees(each) for each in decode_spot_instruments(body).listed]
        self.symbols.take(listed)
        return listed

    def stream_of(self, instrument_id: InstrumentId, stream: MarketStream) -> tuple[str, Endpoint]:
        """Raises KeyError for what is not listed."""
        name, endpoint = spot_stream(self.symbols.listed(instrument_id).venue_symbol, stream)
        return name, _endpoint_at(endpoint, self._streams_at, "/stream")

    def subscription(self, streams: Sequence[str]) -> bytes:
        """The frame that asks for streams."""
        return subscription(streams, request_id=self._requests.number(streams))

    def unsubscription(self, streams: Sequence[str]) -> bytes:
        """The frame that ends them."""
        return unsubscription(streams, request_id=self._requests.number(()))

    async def ask_book(self, instrument_id: InstrumentId) -> BookUpdate:
        """The best thousand levels of either side."""
        symbol = self.symbols.listed(instrument_id).venue_symbol
        request = public("/api/v3/depth", symbol=symbol, limit=BOOK_LEVELS)
        body = await self.rest.ask(request, weight=_BOOK_WEIGHT)
        return decode_depth(body, instrument_id, self._clock.now())

    async def past_candles(
        self, instrument_id: InstrumentId, interval: Interval, before: datetime
    ) -> Sequence[CandleUpdate]:
        """The newest thousand that begin before that."""
        symbol = self.symbols.listed(instrument_id).venue_symbol
        request = public(
            "/api/v3/klines",
            symbol=symbol,
            interval=interval.value,
            endTime=round(before.timestamp() * 1000) - 1,
            limit=CANDLES_MAX,
        )
        body = await self.rest.ask(request, weight=_CANDLES_WEIGHT, share=UNHURRIED)
        return decode_klines(body, instrument_id, interval, self._clock.now())


def _with_fees(listed: ListedInstrument) -> ListedInstrument:
    replace = msgspec.structs.replace
    instrument = replace(
        listed.instrument,
        maker_fee_rate=_STANDARD_FEE,
        taker_fee_rate=_STANDARD_FEE,
        base_fee_step=_COMMISSION_STEP,
    )
    return replace(listed, instrument=instrument)


def _endpoint_at(endpoint: Endpoint, url: str | None, path: str) -> Endpoint:
    """The endpoint, or the same on a server that speaks as Binance does."""
    if url is None:
        return endpoint
    parts = urlsplit(url)
    scheme = "wss" if parts.scheme == "https" else "ws"
    return msgspec.structs.replace(endpoint, url=f"{scheme}://{parts.netloc}{path}")
