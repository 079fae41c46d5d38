"""An account that was traded before it was connected: its history is there, and booked nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal

import pytest
from tests.support import virtual_time
from tests.support.binance_account import Desk as BinanceDesk
from tests.support.binance_futures_account import Desk as FuturesDesk
from tests.support.bybit_account import Desk as BybitDesk
from tests.support.bybit_contracts import ContractsDesk
from tests.support.ccxt_account import CcxtDesk
from tests.support.desk import VenueDesk, begin, settle
from tests.support.hyperliquid_account import Desk as HyperliquidDesk
from tests.support.hyperliquid_perpetuals import PerpetualsDesk

from tradebook.trading.events import EarlierFillRecorded, UnmatchedFillRecorded
from tradebook.trading.orders import Side

HISTORY_S = 5


async def earlier(it: VenueDesk) -> list[EarlierFillRecorded]:
    return [each for each in await it.core.history() if isinstance(each, EarlierFillRecorded)]


@pytest.mark.parametrize(
    "desk",
    [BinanceDesk, FuturesDesk, BybitDesk, ContractsDesk, HyperliquidDesk, PerpetualsDesk, CcxtDesk],
    ids=lambda each: f"{each.__module__.rpartition('.')[2]} {each.__name__}",
)
def test_what_was_traded_before_is_told_and_what_is_traded_since_is_booked(
    desk: Callable[..., VenueDesk],
) -> None:
    async def story() -> None:
        it = desk()
        it.price("100", "101")
        it.place_by_hand("buy", "2")
        it.place_by_hand("sell", "1")
        await asyncio.sleep(3600)
        await begin(it)
        await asyncio.sleep(HISTORY_S)
        told = await earlier(it)
        assert [(each.side, each.quantity, each.price) for each in told] == [
            (Side.BUY, Decimal(2), Decimal(101)),
            (Side.SELL, Decimal(1), Decimal(100)),
        ]
        assert {each.fill_id for each in told} == set(it.fills_at_venue())
        it.place_by_hand("sell", "0.5")
        await asyncio.sleep(90)
        await it.crash()
        await it.start()
        await asyncio.sleep(HISTORY_S)
        assert await earlier(it) == told
        facts = await it.core.history()
        assert len([each for each in facts if isinstance(each, UnmatchedFillRecorded)]) == 1
        await settle(it)
        await it.core.stop()

    virtual_time.run(story())
