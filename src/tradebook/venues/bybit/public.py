"""The public side of Bybit's markets: what is listed, where its streams are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId
from tradebook.kernel.money import ZERO
from tradebook.market.values import BookUpdate, Interval, MarketStream
from tradebook.venues.bybit import streams
from tradebook.venues.bybit.answers import Outcome, outcome_of
from tradebook.venues.bybit.market_answers import decode_candles
from tradebook.venues.bybit.market_data import decode_public
from tradebook.venues.bybit.pages import all_pages
from tradebook.venues.bybit.requests import candles, instrument, instruments, risk_limits
from tradebook.venues.bybit.rest import HOST, PublicRest
from tradebook.venues.bybit.risk_limits import decode_maintenance_rates
from tradebook.venues.bybit.symbols import Category, Markets, decode_instruments
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.connections.http import Http
from tradebook.venues.connections.limits import UNHURRIED
from tradebook.venues.connections.requests import StreamRequests
from tradebook.venues.messages.account import VenueProblem
from tradebook.venues.messages.instruments import ListedInstrument, ListingStatus
from tradebook.venues.messages.market import BookChange, CandleUpdate, MarketMessage, Refusal

QUOTES_SILENT_AFTER_S = 20.0
"""Best prices that stay are told again every three seconds."""
STATUSES_ASKED_FOR = ("", "PreLaunch", "Delivering", "Closed")
"""Of one instrument, one after the other: without a status there is only what trades
(https://bybit-exchange.github.io/docs/v5/market/instrument)."""
BEGINNING = datetime(2017, 1, 1, tzinfo=UTC)
"""Before anything was traded there."""
BOOK_SILENT_AFTER_S = 300.0
"""A book is told as it changes."""
_STANDARD_FEES = {
    Category.SPOT: (Decimal("0.001"), Decimal("0.001")),
    Category.LINEAR: (Decimal("0.0002"), Decimal("0.00055")),
    Category.INVERSE: (Decimal("0.0002"), Decimal("0.00055")),
}
"""Maker and taker, without discounts: https://www.bybit.com/en/help-center/article/Trading-Fee-Structure"""
_FEE_STEP = Decimal("0.00000001")
"""On spot the fee is paid out of what is received; the same page."""


def public_markets(http: Http, clock: Clock, *, url: str | None = None) -> Sequence[BybitMarket]:
    """Spot, linear and inverse; ``url`` is where another server speaks as Bybit does, for REST and streams
    alike.
    """
    rest, markets = PublicRest(url or HOST, http, clock), Markets()
    streams_at = url or streams.HOST
    return [BybitMarket(category, rest, markets, streams_at=streams_at) for category in _STANDARD_FEES]


class BybitMarket:
    """Implements ``PublicMarket`` for a category, whose symbols mean what they mean only there."""

    silent_after_s: Mapping[MarketStream, float] = {
        MarketStream.QUOTES: QUOTES_SILENT_AFTER_S,
        MarketStream.BOOK: BOOK_SILENT_AFTER_S,
    }

    def __init__(self, category: Category, rest: PublicRest, markets: Markets, *, streams_at: str) -> None:
        self.name = f"Bybit {category.value}"
        self.category = category
        self.rest = rest
        self.account_endpoint = streams.private_endpoint(streams_at)
        """Where private streams are."""
        self._endpoint = streams.public_endpoint(category, streams_at)
        self.markets = markets
        """What is listed, in all categories that were asked for."""
        self._symbols = markets.of(category)
        self._requests = StreamRequests()

    async def list_instruments(self) -> Sequence[ListedInstrument]:
        """Everything listed in the category."""
        lines: list[ListedInstrument] = []
        for body in await all_pages(self.rest.ask, partial(instruments, self.category)):
            for line in decode_instruments(self.category, body):
                if isinstance(line, VenueProblem):
                    raise ConnectionError(f"instruments-info: {line.code} {line.message}")
                lines.append(line)
        rates = {} if self.category is Category.SPOT else await self._maintenance_rates()
        listed = [self._with_rates(each, rates) for each in lines]
        self._symbols.take(listed)
        return listed

    async def find(self, symbol: str) -> ListedInstrument | None:
        """One that was not on the list: it came since, or is gone. None where Bybit does not know it, or
        where we could not tell it from another one that is listed.
        """
        for status in STATUSES_ASKED_FOR:
            lines = self._lines(await self.rest.ask(instrument(self.category, symbol, status=status)))
            found = next((each for each in lines if each.venue_symbol == symbol), None)
            if found is not None and self._is_another(found):
                return None
            if found is not None:
                trades = self.category is not Category.SPOT and found.status is ListingStatus.TRADING
                listed = self._with_rates(found, await self._maintenance_rates(symbol) if trades else {})
                self._symbols.take([listed])
                return listed
        return None

    def _is_another(self, found: ListedInstrument) -> bool:
        """Whether what is listed goes by our name for it already."""
        name = found.instrument.instrument_id
        return name in self._symbols and self._symbols.listed(name).venue_symbol != found.venue_symbol

    def _lines(self, body: bytes) -> Sequence[ListedInstrument]:
        """Nothing where Bybit refuses the question, as it may of a symbol that it does not know."""
        told = decode_instruments(self.category, body)
        for each in told:
            if isinstance(each, VenueProblem) and outcome_of(int(each.code)) is not Outcome.REFUSED:
                raise ConnectionError(f"instruments-info: {each.code} {each.message}")
        return [each for each in told if isinstance(each, ListedInstrument)]

    async def _maintenance_rates(self, symbol: str = "") -> Mapping[str, Decimal]:
        rates: dict[str, Decimal] = {}
        for body in await all_pages(self.rest.ask, partial(risk_limits, self.category, symbol=symbol)):
            told = decode_maintenance_rates(body)
            if isinstance(told, VenueProblem):
                raise ConnectionError(f"risk-limit: {told.code} {told.message}")
            rates |= told
        return rates

    def stream_of(self, instrument_id: InstrumentId, stream: MarketStream) -> tuple[str, Endpoint]:
        """Raises KeyError for what is not listed."""
        return streams.market_stream(self._symbols.listed(instrument_id).venue_symbol, stream), self._endpoint

    def subscription(self, names: Sequence[str]) -> bytes:
        """The frame that asks for streams."""
        return streams.subscription(names, request_id=self._requests.number(names))

    def unsubscription(self, names: Sequence[str]) -> bytes:
        """The frame that ends them."""
        return streams.unsubscription(names, request_id=self._requests.number(()))

    def decode(self, frame: bytes, received_at: datetime) -> Sequence[MarketMessage | Refusal]:  # noqa: ARG002  # Bybit tells its own time
        """What a frame says. Raises UndecodableFrame.

        Of the book of one level only whole quotes count: what lacks a side is no part of the deeper book.
        """
        messages: list[MarketMessage | Refusal] = []
        for each in decode_public(self._symbols, frame):
            if isinstance(each, Refusal):
                messages.append(self._requests.complete(each))
            elif not isinstance(each, VenueProblem) and not _is_best(each):
                messages.append(each)
        return messages

    async def ask_book(self, instrument_id: InstrumentId) -> BookUpdate | None:  # noqa: ARG002  # the stream begins with it
        """Every stream of a book begins with the whole of it."""
        return None

    async def past_candles(
        self, instrument_id: InstrumentId, interval: Interval, before: datetime
    ) -> Sequence[CandleUpdate]:
        """The newest thousand that begin before that."""
        symbol = self._symbols.listed(instrument_id).venue_symbol
        end = before - timedelta(milliseconds=1)
        request = candles(self.category, symbol, interval, start=min(BEGINNING, end), end=end)
        body = await self.rest.ask(request, share=UNHURRIED)
        told = decode_candles(self._symbols, body, interval=interval)
        for each in told:
            if isinstance(each, VenueProblem):
                raise ConnectionError(f"kline: {each.code} {each.message}")
        return [each for each in told if isinstance(each, CandleUpdate)]

    def _with_rates(self, listed: ListedInstrument, maintenance: Mapping[str, Decimal]) -> ListedInstrument:
        replace = msgspec.structs.replace
        maker, taker = _STANDARD_FEES[self.category]
        contract = listed.instrument.contract
        if contract is not None:
            contract = replace(contract, maintenance_rate=maintenance.get(listed.venue_symbol, ZERO))
        instrument = replace(
            listed.instrument,
            maker_fee_rate=maker,
            taker_fee_rate=taker,
            base_fee_step=_FEE_STEP if self.category is Category.SPOT else None,
            contract=contract,
        )
        return replace(listed, instrument=instrument)


def _is_best(message: MarketMessage) -> bool:
    return isinstance(message, BookChange) and message.levels == 1
