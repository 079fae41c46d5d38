"""An exchange's prices, listened to where ccxt knows how, else asked for: implements ``PublicMarket``.

Each round asks for the book of every instrument that is wanted, and for its last trades. Half of the
exchange's pace is left to accounts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count

import msgspec

from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import BookUpdate, MarketStream
from tradebook.venues.ccxt.frames import (
    BOOK_LEVELS,
    TRADES,
    book_frame,
    end,
    questions_of,
    stream_name,
    trades_frame,
    want,
    wanted_by,
)
from tradebook.venues.ccxt.listening import PriceStreams
from tradebook.venues.ccxt.market import CcxtMarket
from tradebook.venues.ccxt.market_answers import decode_book, decode_print, quote_of
from tradebook.venues.ccxt.polling import Asked, PolledConnector
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.messages.instruments import ListedInstrument
from tradebook.venues.messages.market import MarketMessage, Refusal

PRINTS = 100
EVERY_S = 2.0
SILENT_AFTER_S = 120.0
"""A round of many instruments at a slow exchange takes long; after this something is wrong."""
INSTRUMENTS_MAX = 50


class CcxtPrices:
    """Of one exchange."""

    silent_after_s: Mapping[MarketStream, float] = {
        MarketStream.QUOTES: SILENT_AFTER_S,
        MarketStream.BOOK: SILENT_AFTER_S,
    }

    def __init__(self, market: CcxtMarket, streams: PolledConnector) -> None:
        self.name = market.name
        self._market = market
        self._endpoint = Endpoint(
            url=streams.address(f"{market.exchange_id}/prices", self),
            streams_max=INSTRUMENTS_MAX * len(MarketStream),
            messages_per_s_max=100,
            hours_max=24 * 365,
        )
        self._numbers = count(1)

    def begin(self) -> Asked:
        """What one connection asks, or listens to."""
        return PriceStreams(self._market) if self._market.is_listening else PriceRounds(self._market)

    async def list_instruments(self) -> Sequence[ListedInstrument]:
        """Everything listed on spot."""
        return await self._market.list_instruments()

    def stream_of(self, instrument_id: InstrumentId, stream: MarketStream) -> tuple[str, Endpoint]:
        """Raises KeyError for what is not listed."""
        symbol = self._market.symbols.listed(instrument_id).venue_symbol
        return stream_name(stream.value, symbol), self._endpoint

    def subscription(self, streams: Sequence[str]) -> bytes:
        """What is wanted."""
        return want(streams)

    def unsubscription(self, streams: Sequence[str]) -> bytes:
        """What is wanted no more."""
        return end(streams)

    def decode(self, frame: bytes, received_at: datetime) -> Sequence[MarketMessage | Refusal]:
        """What a question has found. Raises UndecodableFrame."""
        told = msgspec.json.decode(frame)
        venue = self._market.exchange_id
        if "trades" in told:
            return [
                decode_print(each, venue, self._market.symbols, sequence=next(self._numbers))
                for each in told["trades"]
            ]
        instrument_id = self._market.symbols.instrument_of(told["symbol"])
        book = decode_book(told["book"], venue, instrument_id, now=received_at, sequence=next(self._numbers))
        quote = quote_of(book)
        return (book,) if quote is None else (quote, book)

    async def ask_book(self, instrument_id: InstrumentId) -> BookUpdate | None:  # noqa: ARG002  # each round has it
        """Every round brings the whole of it."""
        return None


class PriceRounds:
    """Implements ``Asked`` for one connection."""

    every_s = EVERY_S

    def __init__(self, market: CcxtMarket) -> None:
        self._market = market
        self._wanted: dict[str, None] = {}
        self._wake = asyncio.Event()

    def heard(self, frame: bytes) -> None:
        """Which streams are wanted, and which no more."""
        self._wanted = wanted_by(frame, self._wanted)
        self._wake.set()

    async def woken(self) -> None:
        """Something more is wanted."""
        await self._wake.wait()

    def close(self) -> None:
        """There is nothing to end."""

    async def ask(self) -> Sequence[bytes]:
        """One round. Raises where nothing of it could be learnt."""
        self._wake.clear()
        frames: list[bytes] = []
        problem: Exception | None = None
        for question, symbol in questions_of(self._wanted):
            try:
                frames.append(await self._answer(question, symbol))
            except (OSError, TradebookError) as error:  # one instrument's trouble does not silence the others
                problem = error
            await self._market.leave_room()
        if problem is not None and not frames:
            raise problem
        return frames

    async def _answer(self, question: str, symbol: str) -> bytes:
        if question == TRADES:
            return trades_frame(
                await self._market.ask(lambda client: client.fetch_trades(symbol, None, PRINTS))
            )
        book = await self._market.ask(lambda client: client.fetch_order_book(symbol, BOOK_LEVELS))
        return book_frame(symbol, book)
