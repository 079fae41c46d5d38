"""The in-process picture of the market: what deciders, venues and screens read."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.kernel.money import ONE
from tradebook.market.book import VisibleBook
from tradebook.market.failures import Failures
from tradebook.market.recorded import Rate, itself, turned
from tradebook.market.values import (
    BookUpdate,
    Instrument,
    Level,
    MarketEvent,
    MarketStream,
    Quote,
    Trade,
)

STALE_AFTER_S = 60.0
"""A feed without a message for so long is called stale."""

Listener = Callable[[MarketEvent], None]
Depth = tuple[Sequence[Level], Sequence[Level]]
"""Bids and asks, best first."""


class LiveMarketData:
    """Implements ``MarketData``. Time is the clock's, or that of the events while a tape runs."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tape_time: datetime | None = None
        self._instruments: dict[InstrumentId, Instrument] = {}
        self._shown: Collection[InstrumentId] | None = None
        self._between: dict[tuple[Asset, Asset], list[InstrumentId]] = {}
        """Instruments by base and quote asset, in order of their ids."""
        self._quotes: dict[InstrumentId, Quote] = {}
        self._trades: dict[InstrumentId, Trade] = {}
        self._books: dict[InstrumentId, VisibleBook] = {}
        self._depths: dict[InstrumentId, tuple[int, Depth]] = {}
        """What ``depth`` last answered, and for how many levels, until the instrument is heard of again."""
        self._last_of: Mapping[MarketStream, Mapping[InstrumentId, Quote | Trade | VisibleBook]] = {
            MarketStream.QUOTES: self._quotes,
            MarketStream.TRADES: self._trades,
            MarketStream.BOOK: self._books,
        }
        """What was last heard of each stream."""
        self._listeners: list[Listener] = []
        self.failures = Failures()
        """Of listeners, which harm neither the market nor each other."""

    def now(self) -> datetime:
        """The market's own time."""
        return self._tape_time or self._clock.now()

    def follow_tape(self, at: datetime) -> None:
        """From now on time is the tape's, and it is ``at``; it never runs backwards."""
        if self._tape_time is None or at > self._tape_time:
            self._tape_time = at

    def add_instruments(self, instruments: Iterable[Instrument]) -> None:
        """Make instruments known, or change their rules."""
        for each in instruments:
            # What a derivative costs is not what its asset is worth.
            if each.instrument_id not in self._instruments and not each.is_derivative:
                insort(self._between.setdefault((each.base_asset, each.quote_asset), []), each.instrument_id)
            self._instruments[each.instrument_id] = each

    def show(self, instruments: Collection[InstrumentId]) -> None:
        """From now on these are what ``instruments`` tells of, as far as they are known; before it is all."""
        self._shown = instruments

    def instruments(self) -> Sequence[Instrument]:
        """What there is without being asked for, by id: everything known, or those to be shown."""
        if self._shown is None:
            return self.listed()
        return [self._instruments[each] for each in sorted(self._shown) if each in self._instruments]

    def listed(self) -> Sequence[Instrument]:
        """Everything known, by id."""
        return sorted(self._instruments.values(), key=lambda each: each.instrument_id)

    def forget(self, instruments: Iterable[InstrumentId]) -> None:
        """Nobody streams these any more: a price that nobody keeps fresh is no price."""
        for each in instruments:
            for told in (self._quotes, self._trades, self._books, self._depths):
                told.pop(each, None)

    def instrument(self, instrument_id: InstrumentId) -> Instrument | None:
        """Its rules, if it is known."""
        return self._instruments.get(instrument_id)

    def quote(self, instrument_id: InstrumentId) -> Quote | None:
        """The last quote."""
        return self._quotes.get(instrument_id)

    def last_trade(self, instrument_id: InstrumentId) -> Trade | None:
        """The last print."""
        return self._trades.get(instrument_id)

    def rate(self, asset: Asset, unit: Asset) -> Decimal | None:
        """What one of ``asset`` was last worth in ``unit``, 28 digits of it where it had to be turned around.

        None where no instrument between the two has a price.
        """
        if asset == unit:
            return ONE
        rate = self.priced(asset, unit)
        return None if rate is None else rate.value

    def priced(self, asset: Asset, unit: Asset) -> Rate | None:
        """The same with the instrument that said so, and when."""
        if asset == unit:
            return itself(self.now())
        for instrument_id in self.between(asset, unit):
            last = self._last_price(instrument_id)
            if last is not None:
                return Rate(last[0], last[1], instrument_id, last[0])
        for instrument_id in self.between(unit, asset):
            last = self._last_price(instrument_id)
            if last is not None and last[0]:
                return turned(*last, instrument_id)
        return None

    def between(self, base: Asset, quote: Asset) -> Sequence[InstrumentId]:
        """Instruments that quote one asset in the other, by id."""
        return self._between.get((base, quote), ())

    def _last_price(self, instrument_id: InstrumentId) -> tuple[Decimal, datetime] | None:
        """The last print, else the middle of the quote, and when that was."""
        trade, best = self._trades.get(instrument_id), self._quotes.get(instrument_id)
        if trade is not None:
            return trade.price, trade.at
        return None if best is None else ((best.bid + best.ask) / 2, best.at)

    def depth(self, instrument_id: InstrumentId, levels: int = 25) -> Depth:
        """Best bids and asks that are known, best first; the quote's one level where no book is.

        A quote that is newer than the book stands at its top, and what it contradicts is left out. A book
        that was silent for a minute before the newest quote says nothing any more.
        """
        known = self._depths.get(instrument_id)
        if known is None or known[0] != levels:
            known = self._depths[instrument_id] = (levels, self._depth(instrument_id, levels))
        return known[1]

    def _depth(self, instrument_id: InstrumentId, levels: int) -> Depth:
        quote, book = self._quotes.get(instrument_id), self._books.get(instrument_id)
        if quote is None:
            return book.best(levels) if book is not None else ((), ())
        if book is None or (quote.at - book.at).total_seconds() > STALE_AFTER_S:
            book = VisibleBook()
        if quote.sequence >= book.sequence:
            return book.under(quote, levels)
        (bids, asks), (bid, ask) = book.best(levels), VisibleBook().under(quote, 1)
        return bids or bid, asks or ask

    def age_s(self, instrument_id: InstrumentId) -> float | None:
        """Seconds of the market's time since the instrument was last heard of; None when never."""
        return min(self.ages_s(instrument_id).values(), default=None)

    def ages_s(self, instrument_id: InstrumentId) -> dict[MarketStream, float]:
        """The same for each of its streams that was ever heard of."""
        now = self.now()
        return {
            stream: max((now - last[instrument_id].at).total_seconds(), 0.0)
            for stream, last in self._last_of.items()
            if instrument_id in last
        }

    def is_stale(self, instrument_id: InstrumentId) -> bool:
        """Whether the instrument's feed has been silent for too long, or always."""
        age_s = self.age_s(instrument_id)
        return age_s is None or age_s > STALE_AFTER_S

    def silence_s(self) -> float | None:
        """Seconds since anything was heard; None when nothing is listened to."""
        heard = {each for last in self._last_of.values() for each in last}
        ages = [age_s for each in heard if (age_s := self.age_s(each)) is not None]
        return min(ages, default=None)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` for every event, in order; returns how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def apply(self, event: MarketEvent) -> None:
        """Take in an event and tell the listeners. While a tape runs, its events move the time."""
        instrument_id = event.instrument_id
        if self._tape_time is not None:
            self.follow_tape(event.at)
        if isinstance(event, Quote):
            self._quotes[instrument_id] = event
        elif isinstance(event, Trade):
            self._trades[instrument_id] = event
        else:
            self._apply_book(event)
        self._depths.pop(instrument_id, None)
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:  # noqa: BLE001  # whatever it is, the others have to hear of the event
                self.failures.note(listener)

    def _apply_book(self, update: BookUpdate) -> None:
        book = self._books.get(update.instrument_id)
        if book is None or update.is_snapshot:
            book = self._books[update.instrument_id] = VisibleBook()
        book.apply(update)
