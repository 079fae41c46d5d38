"""What the records of one instrument become on the tape: quotes, trades and book updates, in its steps.

Sizes are cut to the lot, because recorded ones carry the noise of floats.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import assert_never

from tradebook.kernel.money import ZERO, round_down, round_half_even
from tradebook.market.book import VisibleBook
from tradebook.market.replay.records import Bar, Best, Depth, OneSide, PricesOf, Print, Record
from tradebook.market.values import Aggressor, BookUpdate, Instrument, Level, MarketEvent, Quote, Trade

EVENTS_MAX = 4
"""Events that a record may become: sequences leave room for so many."""


class Conversion:
    """Follows what a record alone does not say: the other side, and the book."""

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self._price = partial(round_half_even, step=instrument.tick_size)
        self._size = partial(round_half_even, step=instrument.lot_size)
        self._book: VisibleBook | None = None
        self._top: tuple[Level, Level] | None = None
        self._is_whole = False
        self._last_update = 0
        self._bid: OneSide | None = None
        self._ask: OneSide | None = None

    def events(self, record: Record, sequence: int) -> Iterator[MarketEvent]:
        """At most EVENTS_MAX, numbered from ``sequence`` on."""
        match record:
            case Print():
                yield self._trade(record, sequence)
            case Best():
                yield self._quote(record, sequence)
            case OneSide():
                yield from self._one_side(record, sequence)
            case Depth():
                yield from self._depth(record, sequence)
            case Bar():
                yield from self._bar(record, sequence)
            case _:
                assert_never(record)

    def _trade(self, record: Print, sequence: int) -> Trade:
        return Trade(
            instrument_id=self._instrument.instrument_id,
            trade_id=record.id or str(sequence),
            price=self._price(record.price),
            quantity=self._size(record.quantity),
            aggressor=record.aggressor,
            at=record.at,
            sequence=sequence,
        )

    def _quote(self, record: Best, sequence: int) -> Quote:
        return Quote(
            instrument_id=self._instrument.instrument_id,
            bid=self._price(record.bid),
            bid_size=self._size(record.bid_size),
            ask=self._price(record.ask),
            ask_size=self._size(record.ask_size),
            at=record.at,
            sequence=sequence,
        )

    def _one_side(self, record: OneSide, sequence: int) -> Iterator[Quote]:
        """A quote once both sides are known and do not cross: the other one may be about to follow."""
        if record.is_bid:
            self._bid = record
        else:
            self._ask = record
        bid, ask = self._bid, self._ask
        if bid is not None and ask is not None and bid.price < ask.price:
            yield self._quote(Best(record.at, bid.price, bid.size, ask.price, ask.size), sequence)

    def _depth(self, record: Depth, sequence: int) -> Iterator[MarketEvent]:
        """The update, then a quote where it moved the best prices.

        A book of which changes are missing begins anew, and until the next snapshot nobody knows its best
        prices.
        """
        is_new, is_old = self._place(record)
        if is_old:
            return
        if is_new or self._book is None:
            self._book = VisibleBook()
            self._is_whole = record.is_snapshot
        update = BookUpdate(
            instrument_id=self._instrument.instrument_id,
            bids=self._levels(record.bids),
            asks=self._levels(record.asks),
            is_snapshot=is_new,
            at=record.at,
            sequence=sequence,
        )
        self._book.apply(update)
        yield update
        top = self._book.top()
        if self._is_whole and top is not None and top != self._top:
            bid, ask = top
            yield self._quote(Best(record.at, bid.price, bid.size, ask.price, ask.size), sequence + 1)
        self._top = top

    def _place(self, record: Depth) -> tuple[bool, bool]:
        """Whether the record begins a book, and whether the book has it already."""
        updates, known = record.updates, self._last_update
        if updates is None:
            return record.is_snapshot, False
        if not record.is_snapshot and updates.last < known:
            return False, True
        self._last_update = updates.last
        follows = updates.first <= known + 1 or known in (updates.previous, updates.last)
        return record.is_snapshot or not follows, False

    def _levels(self, levels: tuple[Level, ...]) -> tuple[Level, ...]:
        return tuple(Level(price=self._price(each.price), size=self._size(each.size)) for each in levels)

    def _bar(self, bar: Bar, sequence: int) -> Iterator[MarketEvent]:
        """Four prints that share its volume, or four quotes: open, the nearer extreme, the other, close."""
        low_first = bar.open - bar.low <= bar.high - bar.open
        extremes = (bar.low, bar.high) if low_first else (bar.high, bar.low)
        volume = self._size(bar.volume)
        quarter = round_down(volume / 4, Decimal(1).scaleb(-decimals_of(volume)))
        quantities = (quarter, quarter, quarter, volume - 3 * quarter)
        for n, price in enumerate((bar.open, *extremes, bar.close)):
            if bar.prices_of is PricesOf.TRADES:
                printed = Print(bar.at, f"bar-{sequence + n}", price, quantities[n], Aggressor.UNKNOWN)
                yield self._trade(printed, sequence + n)
            else:
                side = OneSide(bar.at, bar.prices_of is PricesOf.BIDS, price, ZERO)
                yield from self._one_side(side, sequence + n)


def decimals_of(value: Decimal) -> int:
    """Digits behind the point that a value needs."""
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
