"""An order on what nobody watched waits for a price, but not for ever."""

from __future__ import annotations

import asyncio
from datetime import datetime
from decimal import Decimal

import msgspec
from tests.support.simulated_binance import BTC as BTC_SIM
from tests.support.virtual_time import VirtualClock, run

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.data import LiveMarketData
from tradebook.market.first_prices import FIRST_PRICE_WITHIN_S, FirstPrices, pair_of
from tradebook.market.needs import Needs
from tradebook.market.values import Instrument, Quote

USDT, BTC, EUR = Asset("USDT"), Asset("BTC"), Asset("EUR")
ONE = Decimal(1)


def listed(base: str, quote: str, venue: str = "binance") -> Instrument:
    return msgspec.structs.replace(
        BTC_SIM,
        instrument_id=InstrumentId(f"{base}-{quote}.{venue.upper()}"),
        venue=venue,
        base_asset=Asset(base),
        quote_asset=Asset(quote),
    )


BTC_USDT, ETH_BTC = listed("BTC", "USDT"), listed("ETH", "BTC")


class Scene:
    def __init__(self, *instruments: Instrument) -> None:
        self.clock = VirtualClock()
        self.market = LiveMarketData(self.clock)
        self.market.add_instruments(instruments)
        self.needs = Needs(self.clock)
        self.prices = FirstPrices(self.market, self.needs, self.clock)
        self.began = self.clock.now()

    def tell(self, instrument: Instrument) -> None:
        quote = Quote(
            instrument_id=instrument.instrument_id,
            bid=ONE,
            bid_size=ONE,
            ask=ONE,
            ask_size=ONE,
            at=self.clock.now(),
            sequence=1,
        )
        self.market.apply(quote)

    def passed_s(self, since: datetime | None = None) -> float:
        return (self.clock.now() - (since or self.began)).total_seconds()


def test_a_price_that_is_there_is_not_waited_for() -> None:
    async def main() -> None:
        it = Scene(BTC_USDT)
        it.tell(BTC_USDT)
        assert it.prices.are_at_hand(BTC_USDT.instrument_id, USDT)
        await it.prices.bring(BTC_USDT.instrument_id, USDT)
        assert it.passed_s() == 0

    run(main())


def test_the_first_price_ends_the_wait_and_its_streams_are_kept_meanwhile() -> None:
    async def main() -> None:
        it = Scene(BTC_USDT)
        assert not it.prices.are_at_hand(BTC_USDT.instrument_id, USDT)
        asyncio.get_running_loop().call_later(1, it.tell, BTC_USDT)
        await it.prices.bring(BTC_USDT.instrument_id, USDT)
        assert 1 <= it.passed_s() < 1.2
        assert list(it.needs.wanted()) == [BTC_USDT.instrument_id]

    run(main())


def test_what_measures_the_quote_asset_is_brought_too() -> None:
    async def main() -> None:
        it = Scene(BTC_USDT, ETH_BTC)
        it.tell(ETH_BTC)
        assert not it.prices.are_at_hand(ETH_BTC.instrument_id, USDT)
        asyncio.get_running_loop().call_later(1, it.tell, BTC_USDT)
        await it.prices.bring(ETH_BTC.instrument_id, USDT)
        assert it.prices.are_at_hand(ETH_BTC.instrument_id, USDT)
        assert it.market.rate(BTC, USDT) == ONE

    run(main())


def test_a_price_that_never_comes_is_waited_for_once_and_not_by_every_order() -> None:
    async def main() -> None:
        it = Scene(BTC_USDT)
        for _ in range(3):
            await it.prices.bring(BTC_USDT.instrument_id, USDT)
        assert FIRST_PRICE_WITHIN_S <= it.passed_s() < FIRST_PRICE_WITHIN_S + 0.2
        it.prices.call([BTC_USDT.instrument_id, InstrumentId("NO-SUCH.THING")])
        assert list(it.needs.wanted()) == [BTC_USDT.instrument_id], "what is not listed is not asked for"

    run(main())


def test_what_nothing_could_measure_is_not_waited_for() -> None:
    async def main() -> None:
        it = Scene(BTC_USDT)
        it.tell(BTC_USDT)
        assert it.prices.are_at_hand(BTC_USDT.instrument_id, EUR)
        assert it.prices.are_at_hand(InstrumentId("NO-SUCH.THING"), USDT)
        await it.prices.bring(InstrumentId("NO-SUCH.THING"), USDT)
        assert it.passed_s() == 0

    run(main())


def test_an_asset_is_measured_at_the_accounts_own_venue_where_it_can_be() -> None:
    async def main() -> None:
        it = Scene(BTC_USDT, listed("BTC", "USDT", "bybit"), ETH_BTC)
        assert pair_of(it.market, BTC, USDT, venue="bybit") == "BTC-USDT.BYBIT"
        assert pair_of(it.market, USDT, BTC, venue="binance") == "BTC-USDT.BINANCE"
        assert pair_of(it.market, BTC, USDT, venue="paper") in {"BTC-USDT.BINANCE", "BTC-USDT.BYBIT"}
        assert pair_of(it.market, EUR, USDT, venue="paper") is None

    run(main())
