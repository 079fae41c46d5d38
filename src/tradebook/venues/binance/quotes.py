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

    __slots__ = (
        "_ask",
        "_ask_size",
        "_ask_size_text",
        "_ask_text",
        "_bid",
        "_bid_size",
        "_bid_size_text",
        "_bid_text",
        "_instrument_id",
        "_moment",
    )

    def __init__(self, instrument_id: InstrumentId, moment: Callable[[int], datetime]) -> None:
        """``moment`` reads Binance's times."""
        self._instrument_id = instrument_id
        self._moment = moment
        self._bid_text = self._bid_size_text = self._ask_text = self._ask_size_text = ""
        self._bid = self._bid_size = self._ask = self._ask_size = ZERO

    def take(self, read: BookTicker, received_at: datetime) -> Sequence[Quote]:
        """The quote; ``received_at`` stands where Binance does not tell when. Raises InvalidInput."""
        if read.bid != self._bid_text:
            self._bid, self._bid_text = parse_decimal(read.bid, field="price"), read.bid
        if read.bid_size != self._bid_size_text:
            self._bid_size, self._bid_size_text = parse_decimal(read.bid_size, field="size"), read.bid_size
        if read.ask != self._ask_text:
            self._ask, self._ask_text = parse_decimal(read.ask, field="price"), read.ask
        if read.ask_size != self._ask_size_text:
            self._ask_size, self._ask_size_text = parse_decimal(read.ask_size, field="size"), read.ask_size
        return (
            Quote(
                instrument_id=self._instrument_id,
                bid=self._bid,
                bid_size=self._bid_size,
                ask=self._ask,
                ask_size=self._ask_size,
                at=received_at if read.time is None else self._moment(read.time),
                sequence=read.update_id,
            ),
        )
