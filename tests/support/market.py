"""A market moved by hand: the test says every quote and trade, and its clock is theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import (
    Aggressor,
    BookUpdate,
    Instrument,
    Level,
    MarketEvent,
    Quote,
    Trade,
)

START = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

BTC_USDT = Instrument(
    instrument_id=InstrumentId("BTC-USDT.SIM"),
    symbol="BTC/USDT",
    venue="sim",
    base_asset=Asset("BTC"),
    quote_asset=Asset("USDT"),
    tick_size=Decimal("0.01"),
    lot_size=Decimal("0.001"),
    quote_step=Decimal("0.01"),
    maker_fee_rate=Decimal("0.001"),
    taker_fee_rate=Decimal("0.002"),
)


class HandMarket:
    """Market data of one instrument; ``pass_time`` moves the clock without an event."""

    def __init__(self, instrument: Instrument = BTC_USDT) -> None:
        self._instrument = instrument
        self._now = START
        self._quote: Quote | None = None
        self._trade: Trade | None = None
        self._book: tuple[tuple[Level, ...], tuple[Level, ...]] | None = None
        self._listeners: list[Callable[[MarketEvent], None]] = []
        self._sequence = 0

    # --- the hand

    def pass_time(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

    def quote_at(self, bid: str, ask: str, *, bid_size: str = "1", ask_size: str = "1") -> None:
        self._quote = Quote(
            instrument_id=self._instrument.instrument_id,
            bid=Decimal(bid),
            bid_size=Decimal(bid_size),
            ask=Decimal(ask),
            ask_size=Decimal(ask_size),
            at=self._now,
            sequence=self._next(),
        )
        self._publish(self._quote)

    def trade_at(self, price: str, quantity: str = "1") -> None:
        sequence = self._next()
        self._trade = Trade(
            instrument_id=self._instrument.instrument_id,
            trade_id=str(sequence),
            price=Decimal(price),
            quantity=Decimal(quantity),
            aggressor=Aggressor.UNKNOWN,
            at=self._now,
            sequence=sequence,
        )
        self._publish(self._trade)

    def book_at(self, bids: Sequence[tuple[str, str]], asks: Sequence[tuple[str, str]]) -> None:
        def levels(side: Sequence[tuple[str, str]]) -> tuple[Level, ...]:
            return tuple(Level(price=Decimal(price), size=Decimal(size)) for price, size in side)

        self._book = levels(bids), levels(asks)
        self._publish(
            BookUpdate(
                instrument_id=self._instrument.instrument_id,
                bids=self._book[0],
                asks=self._book[1],
                is_snapshot=True,
                at=self._now,
                sequence=self._next(),
            )
        )

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence

    def _publish(self, event: MarketEvent) -> None:
        for listener in list(self._listeners):
            listener(event)

    # --- MarketData

    def now(self) -> datetime:
        return self._now

    def instrument(self, instrument_id: InstrumentId) -> Instrument | None:
        return self._instrument if instrument_id == self._instrument.instrument_id else None

    def quote(self, instrument_id: InstrumentId) -> Quote | None:
        return self._quote

    def last_trade(self, instrument_id: InstrumentId) -> Trade | None:
        return self._trade

    def depth(self, instrument_id: InstrumentId, levels: int = 25) -> tuple[Sequence[Level], Sequence[Level]]:
        if self._book is not None:
            return self._book[0][:levels], self._book[1][:levels]
        if self._quote is None:
            return (), ()
        return (
            (Level(price=self._quote.bid, size=self._quote.bid_size),),
            (Level(price=self._quote.ask, size=self._quote.ask_size),),
        )

    def subscribe(self, listener: Callable[[MarketEvent], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)
