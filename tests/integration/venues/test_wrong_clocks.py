"""Our clock is minutes before or behind the venue's: what happened there is booked once all the same."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

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
    ours: SkewedClock

    def _new_core(self) -> Core:
        right = self.clock
        self.clock = self.ours = SkewedClock(right, ahead_s=self.ahead_s)
        try:
            return super()._new_core()
        finally:
            self.clock = right


def desk_of(kind: type[VenueDesk], ahead_s: float) -> Any:
    return type("Desk", (WronglyTimed, kind), {"ahead_s": ahead_s})()


def name_of(desk: type[VenueDesk]) -> str:
    return f"{desk.__module__.rpartition('.')[2]} {desk.__name__}"


async def traded_during_a_break(it: VenueDesk, side: str, quantity: str) -> list[Decimal]:
    """What was recorded of others' trades when the account is back."""
    it.way.cut()
    it.place_by_hand(side, quantity)
    await asyncio.sleep(30)
    it.way.is_cut = False
    await it.until(it.is_trading)
    facts = await it.core.history()
    return [each.quantity for each in facts if isinstance(each, UnmatchedFillRecorded)]


@pytest.mark.parametrize("ahead_s", [300, -300])
@pytest.mark.parametrize("kind", DESKS, ids=name_of)
def test_a_trade_before_the_book_is_not_booked_and_one_during_a_break_is(
    kind: type[VenueDesk], ahead_s: float
) -> None:
    async def story() -> None:
        it = desk_of(kind, ahead_s)
        it.price("100", "101")
        it.place_by_hand("buy", "2")
        await asyncio.sleep(120)
        await begin(it)
        await asyncio.sleep(10)
        assert await traded_during_a_break(it, "sell", "1") == [Decimal(1)]
        await settle(it)
        await it.core.stop()

    virtual_time.run(story())


@pytest.mark.parametrize("kind", DESKS, ids=name_of)
def test_a_clock_that_is_set_while_it_goes_is_compared_with_the_venues_again(kind: type[VenueDesk]) -> None:
    async def story() -> None:
        it = desk_of(kind, 0)
        await begin(it)
        it.ours.ahead = timedelta(minutes=5)
        await asyncio.sleep(900)
        assert await traded_during_a_break(it, "buy", "1") == [Decimal(1)]
        await settle(it)
        await it.core.stop()

    virtual_time.run(story())
