"""The quotes of one symbol: most of a feed, and each differs from the one before in a number or two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from tradebook.kernel.ids import InstrumentId
from tradebook.kernel.money import ZERO, parse_decimal
from tradebook.market.values import Quote
from tradebook.venues.binance.market_wire import BookTicker


class SymbolQuotes:
    """Makes a number only where its text is new: comparing texts costs a tenth of making a Decimal."""

    __slots__ = ("_moment", "_quote", "_read")

    def __init__(self, symbol: str, instrument_id: InstrumentId, moment: Callable[[int], datetime]) -> None:
        """``moment`` reads Binance's times."""
        self._moment = moment
        self._read = BookTicker(symbol=symbol, update_id=0, bid="", bid_size="", ask="", ask_size="")
        self._quote = Quote(
            instrument_id=instrument_id,
            bid=ZERO,
            bid_size=ZERO,
            ask=ZERO,
            ask_size=ZERO,
            at=moment(0),
            sequence=0,
        )

    def take(self, read: BookTicker, received_at: datetime) -> Sequence[Quote]:
        """The quote; ``received_at`` stands where Binance does not tell when. Raises InvalidInput."""
        old, last = self._read, self._quote
        bid, bid_size, ask, ask_size = read.bid, read.bid_size, read.ask, read.ask_size
        self._quote = quote = Quote(
            instrument_id=last.instrument_id,
            bid=last.bid if bid == old.bid else parse_decimal(bid, field="price"),
            bid_size=last.bid_size if bid_size == old.bid_size else parse_decimal(bid_size, field="size"),
            ask=last.ask if ask == old.ask else parse_decimal(ask, field="price"),
            ask_size=last.ask_size if ask_size == old.ask_size else parse_decimal(ask_size, field="size"),
            at=received_at if read.time is None else self._moment(read.time),
            sequence=read.update_id,
        )
        self._read = read
        return (quote,)
