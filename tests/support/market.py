"""A market moved by hand: the test says every quote and trade, and its clock is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tradebook.kernel.clock import SystemClock
from tradebook.kernel.ids import AccountId, Asset, InstrumentId
from tradebook.market.data import LiveMarketData
from tradebook.market.values import Aggressor, BookUpdate, Instrument, Level, Quote, Trade

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


class HandMarket(LiveMarketData):
    """The market of one instrument; ``pass_time`` moves the clock without an event."""

    def __init__(self, instrument: Instrument = BTC_USDT) -> None:
        super().__init__(SystemClock())
        self.add_instruments([instrument])
        self.follow_tape(START)
        self._id = instrument.instrument_id
        self._sequence = 0

    def pass_time(self, seconds: float) -> None:
        self.follow_tape(self.now() + timedelta(seconds=seconds))

    def quote_at(self, bid: str, ask: str, *, bid_size: str = "1", ask_size: str = "1") -> None:
        self.apply(
            Quote(
                instrument_id=self._id,
                bid=Decimal(bid),
                bid_size=Decimal(bid_size),
                ask=Decimal(ask),
                ask_size=Decimal(ask_size),
                at=self.now(),
                sequence=self._next(),
            )
        )

    def trade_at(self, price: str, quantity: str = "1") -> None:
        sequence = self._next()
        self.apply(
            Trade(
                instrument_id=self._id,
                trade_id=str(sequence),
                price=Decimal(price),
                quantity=Decimal(quantity),
                aggressor=Aggressor.UNKNOWN,
                at=self.now(),
                sequence=sequence,
            )
        )

    def book_at(self, bids: Sequence[tuple[str, str]], asks: Sequence[tuple[str, str]]) -> None:
        def levels(side: Sequence[tuple[str, str]]) -> tuple[Level, ...]:
            return tuple(Level(price=Decimal(price), size=Decimal(size)) for price, size in side)

        self.apply(
            BookUpdate(
                instrument_id=self._id,
                bids=levels(bids),
                asks=levels(asks),
                is_snapshot=True,
                at=self.now(),
                sequence=self._next(),
            )
        )

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence


async def nothing_missed(account_id: AccountId) -> None:
    """For venues that never ask to have an account reconciled."""
    raise AssertionError(f"{account_id} was to be reconciled")
