"""Symbols at Binance that its list does not have: not yet, or no more. They keep no account out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from tests.support.binance_account import Desk as SpotDesk
from tests.support.binance_futures_account import PERP
from tests.support.binance_futures_account import Desk as FuturesDesk
from tests.support.desk import live
from tests.support.simulated_binance import BNB

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.trading.events import PositionBroughtForward, UnmatchedFillRecorded
from tradebook.trading.orders import Side

ETH_PERP = msgspec.structs.replace(
    PERP,
    instrument_id=InstrumentId("ETH-USDT-PERP.SIM"),
    symbol="ETH/USDT perpetual",
    base_asset=Asset("ETH"),
)
FUTURES_LIST = ("GET", "/fapi/v1/exchangeInfo")


class Contracts(FuturesDesk):
    """With another contract, which is not listed at first."""

    traded = (PERP, ETH_PERP)
    other, other_symbol, listing_all = ETH_PERP, "ETHUSDT", FUTURES_LIST


class Pairs(SpotDesk):
    """The same of pairs."""

    other, other_symbol, listing_all = BNB, "BNBUSDT", ("GET", "/api/v3/exchangeInfo")


Both = Contracts | Pairs


@pytest.fixture(params=["futures", "spot"])
def desk(request: pytest.FixtureRequest) -> Callable[[], Both]:
    def new() -> Both:
        it = Contracts() if request.param == "futures" else Pairs()
        it.exchange.symbols.unlisted.add(it.other_symbol)
        it.quote(it.other, "50", "51", "5")
        return it

    return new


def trade_other(it: Both, quantity: str = "1", **terms: str) -> dict[str, Any]:
    """By hand."""
    terms = {"type": "MARKET", **terms}
    method, path = it.placing
    found: dict[str, Any] = it.by_hand(
        method, path, symbol=it.other_symbol, side="BUY", quantity=quantity, **terms
    )
    return found


def rest_other(it: Both) -> dict[str, Any]:
    return trade_other(it, type="LIMIT", timeInForce="GTC", price="40")


async def trades(it: Both) -> None:
    """It is in step, and what is listed is traded."""
    assert it.is_trading()
    order_id = await it.core.order("still", Side.BUY, quantity="1")
    await asyncio.sleep(1)
    assert (await it.core.life(order_id))[-1] == "Filled"
    await it.venue.compare(next(iter(it.venue.health().accounts)).account_id)


async def found(it: Both, kind: type[Any]) -> list[Any]:
    return [each for each in await it.core.history() if isinstance(each, kind)]


def test_what_works_and_is_open_in_what_is_not_listed_keeps_no_account_out(
    desk: Callable[[], Both],
) -> None:
    def new() -> Both:
        it = desk()
        trade_other(it)
        rest_other(it)
        return it

    async def story(it: Both) -> None:
        await trades(it)
        assert it.way.asked.count(it.listing_all) == 2
        await asyncio.sleep(1_500)
        assert it.way.asked.count(it.listing_all) == 4
        assert not await found(it, PositionBroughtForward)

    live(new, story)


def test_what_was_paid_and_traded_in_what_is_no_more_listed_keeps_no_account_out(
    desk: Callable[[], Both],
) -> None:
    async def story(it: Both) -> None:
        await it.crash()
        trade_other(it)
        if isinstance(it, Contracts):
            it.clearing.fund()
        await it.start()
        await trades(it)

    live(desk, story)


def test_a_symbol_that_is_listed_since_is_found_and_what_was_traded_in_it(desk: Callable[[], Both]) -> None:
    async def story(it: Both) -> None:
        await asyncio.sleep(100)
        it.exchange.symbols.unlisted.clear()
        trade_other(it)
        await asyncio.sleep(70)
        (theirs,) = await found(it, UnmatchedFillRecorded)
        assert str(theirs.instrument_id).startswith(str(it.other.base_asset))
        assert it.way.asked.count(it.listing_all) == 2
        await trades(it)

    live(desk, story)


def test_news_of_what_is_never_listed_seldom_ends_the_stream(desk: Callable[[], Both]) -> None:
    async def story(it: Both) -> None:
        for _ in range(40):
            trade_other(it, "0.2")
            await asyncio.sleep(20)
        assert len(it.way.opened) <= 3
        assert it.way.asked.count(it.listing_all) == 3
        await trades(it)

    live(desk, story)
