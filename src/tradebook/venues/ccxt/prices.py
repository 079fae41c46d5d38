"""An exchange's prices, found by asking: implements ``PublicMarket``.

Each round asks for the book of every instrument that is wanted, and for its last trades. Half of the
exchange's pace is left to accounts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

import msgspec

from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import BookUpdate, MarketStream
from tradebook.venues.ccxt.market import CcxtMarket
from tradebook.venues.ccxt.market_answers import decode_book, decode_print, quote_of
from tradebook.venues.ccxt.polling import PolledConnector
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.messages.instruments import ListedInstrument
from tradebook.venues.messages.market import MarketMessage, Refusal

BOOK_LEVELS = 20
PRINTS = 100
EVERY_S = 2.0
SILENT_AFTER_S = 120.0
"""A round of many instruments at a slow exchange takes long; after this something is wrong."""
INSTRUMENTS_MAX = 50


class PolledPrices:
    """Of one exchange."""

    silent_after_s: Mapping[MarketStream, float] = {
        MarketStream.QUOTES: SILENT_AFTER_S,
        MarketStream.BOOK: SILENT_AFTER_S,
    }

    def __init__(self, market: CcxtMarket, streams: PolledConnector) -> None:
        self.name = market.name
        self._market = market
        self._endpoint = Endpoint(
            url=streams.address(f"{market.exchange_id}/prices", lambda: PriceRounds(market)),
            streams_max=INSTRUMENTS_MAX * len(MarketStream),
            messages_per_s_max=100,
            hours_max=24 * 365,
        )
        self._numbers = count(1)

    async def list_instruments(self) -> Sequence[ListedInstrument]:
        """Everything listed on spot."""
        return await self._market.list_instruments()

    def stream_of(self, instrument_id: InstrumentId, stream: MarketStream) -> tuple[str, Endpoint]:
        """Raises KeyError for what is not listed."""
        return f"{stream.value} {self._market.symbols.listed(instrument_id).venue_symbol}", self._endpoint

    def subscription(self, streams: Sequence[str]) -> bytes:
        """What is wanted."""
        return msgspec.json.encode({"want": list(streams)})

    def unsubscription(self, streams: Sequence[str]) -> bytes:
        """What is wanted no more."""
        return msgspec.json.encode({"end": list(streams)})

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
        told = msgspec.json.decode(frame, type=dict[str, list[str]])
        for each in told.get("end", ()):
            self._wanted.pop(each, None)
        self._wanted.update(dict.fromkeys(told.get("want", ())))
        self._wake.set()

    async def woken(self) -> None:
        """Something more is wanted."""
        await self._wake.wait()

    async def ask(self) -> Sequence[bytes]:
        """One round. Raises where nothing of it could be learnt."""
        self._wake.clear()
        frames: list[bytes] = []
        problem: Exception | None = None
        for question, symbol in self._questions():
            try:
                frames.append(await self._answer(question, symbol))
            except OSError as error:  # one instrument's trouble does not silence the others
                problem = error
            await self._market.leave_room()
        if problem is not None and not frames:
            raise problem
        return frames

    def _questions(self) -> list[tuple[str, str]]:
        """Book and trades of each instrument, once however many streams it has."""
        wanted = [name.split(" ", maxsplit=1) for name in self._wanted]
        kinds = {"trades": "trades", "quotes": "book", "book": "book"}
        return list(dict.fromkeys((kinds[stream], symbol) for stream, symbol in wanted))

    async def _answer(self, question: str, symbol: str) -> bytes:
        if question == "trades":
            trades = await self._market.ask(lambda client: client.fetch_trades(symbol, None, PRINTS))
            return msgspec.json.encode({"trades": [_print(each) for each in trades]})
        book = await self._market.ask(lambda client: client.fetch_order_book(symbol, BOOK_LEVELS))
        sides = {side: [list(each)[:2] for each in book[side]] for side in ("bids", "asks")}
        return msgspec.json.encode({"symbol": symbol, "book": {"timestamp": book.get("timestamp"), **sides}})


def _print(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told.get(name) for name in ("id", "symbol", "timestamp", "side", "price", "amount")}
