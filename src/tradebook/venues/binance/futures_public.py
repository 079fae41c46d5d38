"""The public side of Binance's USD-M futures: what is listed, where its streams are, how to ask for books."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlsplit

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import BookUpdate, Interval, MarketStream
from tradebook.venues.binance.futures_answers import Bracket
from tradebook.venues.binance.listed import Listed
from tradebook.venues.binance.market_answers import decode_depth, decode_klines
from tradebook.venues.binance.market_data import PublicFrames
from tradebook.venues.binance.public import HOST as WALLETS_HOST
from tradebook.venues.binance.public import QUIET_MAX_S
from tradebook.venues.binance.requests import public
from tradebook.venues.binance.rest import PublicRest
from tradebook.venues.binance.streams import FUTURES_ACCOUNT, futures_stream, subscription, unsubscription
from tradebook.venues.binance.symbols import decode_budgets, decode_futures_instruments
from tradebook.venues.binance.wire import USDM
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.connections.http import Http
from tradebook.venues.connections.limits import UNHURRIED, Limiter
from tradebook.venues.connections.requests import StreamRequests
from tradebook.venues.messages.instruments import ListedInstrument
from tradebook.venues.messages.limits import Budget
from tradebook.venues.messages.market import CandleUpdate
from tradebook.venues.symbols import SymbolTable

HOST = "https://fapi.binance.com"
BOOK_LEVELS, CANDLES_MAX = 1000, 1000
_LIST_WEIGHT, _BOOK_WEIGHT, _CANDLES_WEIGHT = 1, 20, 5
"""https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api"""
_MAKER_FEE, _TAKER_FEE = Decimal("0.0002"), Decimal("0.0005")
"""For an account without discounts: https://www.binance.com/en/fee/futureFee"""
_BUDGETS = (Budget(kind="REQUEST_WEIGHT", interval_s=60, limit=2400),)
"""As exchangeInfo stated them in 2026; what it states when it is asked counts."""


class FuturesMarket:
    """Implements ``PublicMarket``."""

    name = "Binance USD-M futures"
    silent_after_s: Mapping[MarketStream, float] = {
        MarketStream.QUOTES: QUIET_MAX_S,
        MarketStream.BOOK: QUIET_MAX_S,
    }

    def __init__(self, http: Http, clock: Clock, *, url: str | None = None) -> None:
        """``url`` is where another server speaks as Binance does, for REST and streams alike."""
        self._clock = clock
        self.budgets: Sequence[Budget] = _BUDGETS
        """The limits that hold now."""
        self.limiter = Limiter(USDM, clock, _BUDGETS)
        """Of our address: whoever asks this market shares it."""
        self.rest = PublicRest(url or HOST, http, self.limiter)
        self.wallets_limiter = Limiter(USDM, clock)
        self.wallets = PublicRest(url or WALLETS_HOST, http, self.wallets_limiter)
        """What a key may do is asked elsewhere."""
        self.account_endpoint = _at(FUTURES_ACCOUNT, url)
        """Where private streams are, each at its listen key."""
        self._streams_at = url
        self.symbols = SymbolTable()
        """What is listed."""
        self.listed = Listed(self.symbols, self.list_instruments, clock)
        """What is said of it, and what of anything else."""
        self.looked_at: set[InstrumentId] = set()
        """Whose prices somebody wants, or wanted."""
        self._brackets: dict[str, Bracket] = {}
        self._requests = StreamRequests()
        self.decode = PublicFrames(self.symbols, self._requests.complete).decode
        """What a frame says. Raises UndecodableFrame."""

    async def list_instruments(self) -> Sequence[ListedInstrument]:
        """Everything listed, and the limits that hold now."""
        body = await self.rest.ask(public("/fapi/v1/exchangeInfo"), weight=_LIST_WEIGHT)
        self.budgets = decode_budgets(body)
        self.limiter.learn(self.budgets)
        listed = [self._with_terms(each) for each in decode_futures_instruments(body).listed]
        self.symbols.take(listed)
        return listed

    def learn(self, brackets: Iterable[Bracket]) -> None:
        """How much leverage symbols have is told to accounts only; it is in what is listed from then on."""
        self._brackets.update((each.symbol, each) for each in brackets)
        self.symbols.take([self._with_terms(each) for each in self.symbols])

    def stream_of(self, instrument_id: InstrumentId, stream: MarketStream) -> tuple[str, Endpoint]:
        """Raises KeyError for what is not listed."""
        name, endpoint = futures_stream(self.symbols.listed(instrument_id).venue_symbol, stream)
        self.looked_at.add(instrument_id)
        return name, _at(endpoint, self._streams_at)

    def subscription(self, streams: Sequence[str]) -> bytes:
        """The frame that asks for streams."""
        return subscription(streams, request_id=self._requests.number(streams))

    def unsubscription(self, streams: Sequence[str]) -> bytes:
        """The frame that ends them."""
        return unsubscription(streams, request_id=self._requests.number(()))

    async def ask_book(self, instrument_id: InstrumentId) -> BookUpdate:
        """The best thousand levels of either side."""
        symbol = self.symbols.listed(instrument_id).venue_symbol
        request = public("/fapi/v1/depth", symbol=symbol, limit=BOOK_LEVELS)
        body = await self.rest.ask(request, weight=_BOOK_WEIGHT)
        return decode_depth(body, instrument_id, self._clock.now())

    async def past_candles(
        self, instrument_id: InstrumentId, interval: Interval, before: datetime
    ) -> Sequence[CandleUpdate]:
        """The newest thousand that begin before that."""
        symbol = self.symbols.listed(instrument_id).venue_symbol
        request = public(
            "/fapi/v1/klines",
            symbol=symbol,
            interval=interval.value,
            endTime=round(before.timestamp() * 1000) - 1,
            limit=CANDLES_MAX,
        )
        body = await self.rest.ask(request, weight=_CANDLES_WEIGHT, share=UNHURRIED)
        return decode_klines(body, instrument_id, interval, self._clock.now())

    def _with_terms(self, listed: ListedInstrument) -> ListedInstrument:
        replace = msgspec.structs.replace
        instrument = replace(listed.instrument, maker_fee_rate=_MAKER_FEE, taker_fee_rate=_TAKER_FEE)
        bracket = self._brackets.get(listed.venue_symbol)
        if bracket is None or instrument.contract is None:
            return replace(listed, instrument=instrument)
        contract = replace(
            instrument.contract,
            max_leverage=bracket.max_leverage,
            maintenance_rate=bracket.maintenance_rate,
        )
        return replace(listed, instrument=replace(instrument, contract=contract))


def _at(endpoint: Endpoint, url: str | None) -> Endpoint:
    """The endpoint, or the same path on a server that speaks as Binance does."""
    if url is None:
        return endpoint
    parts = urlsplit(url)
    scheme = "wss" if parts.scheme == "https" else "ws"
    return msgspec.structs.replace(endpoint, url=f"{scheme}://{parts.netloc}{urlsplit(endpoint.url).path}")
