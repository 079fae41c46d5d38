"""Our clock is minutes before or behind the venue's: what happened there is booked once all the same."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from tests.support import virtual_time
from tests.support.binance_account import Desk as BinanceDesk
from tests.support.binance_futures_account import Desk as FuturesDesk
from tests.support.bybit_account import Desk as BybitDesk
from tests.support.bybit_contracts import ContractsDesk
from tests.support.ccxt_account import CcxtDesk
from tests.support.core import Core
from tests.support.desk import VenueDesk, begin, settle
from tests.support.hyperliquid_account import Desk as HyperliquidDesk
from tests.support.hyperliquid_perpetuals import PerpetualsDesk

from tradebook.trading.events import UnmatchedFillRecorded
from tradebook.venues.simulators.clocks import SkewedClock

DESKS = (BinanceDesk, FuturesDesk, BybitDesk, ContractsDesk, HyperliquidDesk, PerpetualsDesk, CcxtDesk)


class WronglyTimed(VenueDesk):
    """A desk with a clock of ours that is so far ahead of the venue's and of everybody else's."""

    ahead_s: float

    def _new_core(self) -> Core:
        right = self.clock
        self.clock = SkewedClock(right, ahead_s=self.ahead_s)
        try:
            return super()._new_core()
        finally:
            self.clock = right


@pytest.mark.parametrize("ahead_s", [300, -300])
@pytest.mark.parametrize(
    "desk", DESKS, ids=lambda each: f"{each.__module__.rpartition('.')[2]} {each.__name__}"
)
def test_a_trade_before_the_book_is_not_booked_and_one_during_a_break_is(
    desk: type[VenueDesk], ahead_s: float
) -> None:
    async def story() -> None:
        it: VenueDesk = type("Desk", (WronglyTimed, desk), {"ahead_s": ahead_s})()
        it.price("100", "101")
        it.place_by_hand("buy", "2")
        await asyncio.sleep(120)
        await begin(it)
        await asyncio.sleep(10)
        it.way.cut()
        it.place_by_hand("sell", "1")
        await asyncio.sleep(30)
        it.way.is_cut = False
        await it.until(it.is_trading)
        facts = await it.core.history()
        theirs = [each for each in facts if isinstance(each, UnmatchedFillRecorded)]
        assert [each.quantity for each in theirs] == [Decimal(1)]
        await settle(it)
        await it.core.stop()

    virtual_time.run(story())
