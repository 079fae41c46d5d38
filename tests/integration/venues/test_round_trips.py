"""What others bought and sold again while the stream was away leaves little in the balances, or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal

import pytest
from tests.support.binance_account import Desk, tell
from tests.support.bybit_account import Desk as BybitDesk
from tests.support.desk import VenueDesk, live
from tests.support.hyperliquid_account import Desk as HyperliquidDesk

from tradebook.trading.events import UnmatchedFillRecorded
from tradebook.trading.orders import Side


async def theirs(it: VenueDesk) -> list[tuple[Side, Decimal]]:
    facts = await it.core.history()
    return [(each.side, each.quantity) for each in facts if isinstance(each, UnmatchedFillRecorded)]


def test_a_round_trip_during_a_break_is_found_where_only_quote_and_fee_asset_moved() -> None:
    async def story(it: Desk) -> None:
        it.price_of_bnb("600")
        await asyncio.sleep(5)
        it.way.cut()
        it.place_by_hand("buy", "1")
        it.place_by_hand("sell", "1")
        await asyncio.sleep(5)
        it.way.is_cut = False
        await it.until(it.is_trading)
        assert await theirs(it) == [(Side.BUY, Decimal(1)), (Side.SELL, Decimal(1))]

    tell(story, pays_fees_in_bnb=True, USDT="10000", BTC="2", BNB="1")


def test_an_order_of_others_that_was_seen_leads_to_what_it_traded_during_a_break() -> None:
    async def story(it: Desk) -> None:
        it.place_by_hand("buy", "1", "95")
        await asyncio.sleep(90)
        it.way.cut()
        it.print("94", "5")
        it.place_by_hand("sell", "0.999")
        assert "BTC" not in it.theirs()
        await asyncio.sleep(5)
        it.way.is_cut = False
        await it.until(it.is_trading)
        assert [side for side, _ in await theirs(it)] == [Side.BUY, Side.SELL]

    tell(story)


@pytest.mark.parametrize("desk", [BybitDesk, HyperliquidDesk])
def test_where_fills_are_one_question_a_round_trip_in_what_the_account_never_had_is_found(
    desk: Callable[[], VenueDesk],
) -> None:
    async def story(it: VenueDesk) -> None:
        await asyncio.sleep(5)
        it.way.cut()
        it.place_by_hand("buy", "1")
        it.place_by_hand("sell", "0.999")
        await asyncio.sleep(5)
        it.way.is_cut = False
        await it.until(it.is_trading)
        assert await theirs(it) == [(Side.BUY, Decimal(1)), (Side.SELL, Decimal("0.999"))]

    live(desk, story)
