"""Books: changes are read, kept in step, applied, and the best 25 of the book asked for after each."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bench.live_path import instrument_of
from bench.venue_frames import SYMBOLS, VenueFrames
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.ids import InstrumentId
from tradebook.market.data import LiveMarketData
from tradebook.venues.binance.market_answers import decode_depth
from tradebook.venues.binance.market_data import PublicFrames
from tradebook.venues.connections.books import BookInStep
from tradebook.venues.messages.market import BookChange

LEVELS = 25


def rate(made: VenueFrames, count: int) -> float:
    """Changes a second of the processor's time.

    Raises ValueError where a book's best is not what a naive book says.
    """
    frames = made.book_changes(count)
    data, books = LiveMarketData(SystemClock()), {}
    for symbol in SYMBOLS:
        instrument_id = instrument_of(symbol)
        books[instrument_id] = BookInStep(instrument_id)
        for update in books[instrument_id].snapshot(
            decode_depth(made.book(), instrument_id, datetime.now(UTC))
        ):
            data.apply(update)
    took_s = _apply(frames, data, books)
    for symbol in SYMBOLS:
        if _best(data, instrument_of(symbol)) != NaiveBook(made.book(), frames, symbol).best():
            raise ValueError(f"the book of {symbol} is wrong")
    return count / took_s


def _apply(frames: Sequence[bytes], data: LiveMarketData, books: dict[InstrumentId, BookInStep]) -> float:
    decode = PublicFrames(_Symbols()).decode
    received_at = datetime.now(UTC)
    began = time.process_time()
    for frame in frames:
        [change] = decode(frame, received_at)
        assert isinstance(change, BookChange)
        instrument_id = change.update.instrument_id
        for update in books[instrument_id].change(change):
            data.apply(update)
        data.depth(instrument_id, LEVELS)
    return time.process_time() - began


class _Symbols:
    def instrument_of(self, venue_symbol: str) -> InstrumentId:
        return instrument_of(venue_symbol)


class NaiveBook:
    """What the frames say of one book, put together as simply as can be."""

    def __init__(self, snapshot: bytes, frames: Sequence[bytes], symbol: str) -> None:
        told = json.loads(snapshot)
        self._sides = [dict[Decimal, Decimal](), dict[Decimal, Decimal]()]
        self._take(told["bids"], told["asks"])
        for frame in frames:
            data: dict[str, Any] = json.loads(frame)["data"]
            if data["s"] == symbol:
                self._take(data["b"], data["a"])

    def _take(self, *sides: Sequence[tuple[str, str]]) -> None:
        for side, levels in zip(self._sides, sides, strict=True):
            side.update((Decimal(price), Decimal(size)) for price, size in levels)

    def best(self) -> Best:
        """Bids and asks, best first."""
        bids, asks = ([(price, size) for price, size in side.items() if size] for side in self._sides)
        return sorted(bids, reverse=True)[:LEVELS], sorted(asks)[:LEVELS]


Best = tuple[list[tuple[Decimal, Decimal]], list[tuple[Decimal, Decimal]]]


def _best(data: LiveMarketData, instrument_id: InstrumentId) -> Best:
    bids, asks = data.depth(instrument_id, LEVELS)
    return [(each.price, each.size) for each in bids], [(each.price, each.size) for each in asks]
