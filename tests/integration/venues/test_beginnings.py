"""Where the book of an account begins: nothing of what is in its opening balances is booked a second time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal

import pytest
from tests.support import virtual_time
from tests.support.binance_account import Desk as BinanceDesk
from tests.support.binance_futures_account import Desk as FuturesDesk
from tests.support.desk import VenueDesk, begin, settle
from tests.support.hyperliquid_account import Desk as HyperliquidDesk
from tests.support.hyperliquid_perpetuals import PerpetualsDesk

from tradebook.trading.events import DifferenceFound, FundsDeposited
from tradebook.venues.simulators.faults import (
    FrameFate,
    FrameFault,
    NoFaults,
    RequestFate,
    RequestFault,
)
from tradebook.venues.simulators.venue import SimulatedRequest

ASKS_FOR_BALANCES = ("/api/v3/account", "/fapi/v3/balance", "spotClearinghouseState")


class MoneyComesFirst(NoFaults):
    """Right before balances are told for the first time money comes; the stream tells it when all is over."""

    def __init__(self, it: VenueDesk) -> None:
        self._it = it
        self._is_there = False

    def of_request(self, request: SimulatedRequest) -> RequestFate:
        said = request.path + request.body.decode()
        if self._is_there or not any(each in said for each in ASKS_FOR_BALANCES):
            return super().of_request(request)
        self._is_there = True
        self._it.deposit(self._it.assets[-1], Decimal(50))
        return RequestFate(fault=RequestFault.ANSWER_LATE, delay_s=0.2)

    def of_frame(self, frame: bytes) -> FrameFate:
        return FrameFate(fault=FrameFault.LATE, delay_s=2) if self._is_there else super().of_frame(frame)


@pytest.mark.parametrize(
    "desk",
    [BinanceDesk, FuturesDesk, HyperliquidDesk, PerpetualsDesk],
    ids=lambda each: f"{each.__module__.rpartition('.')[2]} {each.__name__}",
)
def test_money_that_came_just_before_is_in_the_opening_balance_and_nowhere_else(
    desk: Callable[[], VenueDesk],
) -> None:
    async def story() -> None:
        it = desk()
        it.way.faults = MoneyComesFirst(it)
        await begin(it)
        await asyncio.sleep(10)
        it.deposit(it.assets[-1], Decimal(7))
        await settle(it)
        facts = await it.core.history()
        booked = [each.amount for each in facts if isinstance(each, FundsDeposited)]
        assert booked == [Decimal(10050), Decimal(7)]
        assert not [each for each in facts if isinstance(each, DifferenceFound)]
        await it.core.stop()

    virtual_time.run(story())
