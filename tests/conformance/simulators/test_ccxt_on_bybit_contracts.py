"""A stock client that nobody here wrote trades contracts on the simulated Bybit: only the URL is changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import ccxt  # type: ignore[import-untyped]  # it ships no types
import pytest
from tests.conformance.simulators.test_ccxt_on_bybit import Simulated
from tests.support.simulated_binance import StillMarket
from tests.support.simulated_bybit import Exchange

from tradebook.kernel.clock import SystemClock
from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.server import serving

LINEAR, INVERSE = "BTC/USDT:USDT", "BTC/USD:BTC"


@asynccontextmanager
async def simulated() -> AsyncIterator[Simulated]:
    """The market stands at 99/101 and traded at 100."""
    exchange = Exchange(clock=SystemClock(), USDT="1000", BTC="2")
    exchange.quote("99", "101", size="100")
    exchange.trade("100")
    async with serving(exchange.venue, StillMarket(), port=0) as url:
        it = Simulated(exchange, url)
        it.ccxt.options |= {"fetchMarkets": {"types": ["linear", "inverse"]}, "defaultType": "swap"}
        try:
            yield it
        finally:
            await it.ccxt.close()


async def test_it_reads_the_contracts_with_their_terms() -> None:
    async with simulated() as it:
        markets = await it.ccxt.load_markets()
        linear, inverse = markets[LINEAR], markets[INVERSE]
        assert (linear["linear"], linear["settle"], linear["limits"]["leverage"]["max"]) == (
            True,
            "USDT",
            100,
        )
        assert (inverse["inverse"], inverse["settle"], inverse["contractSize"]) == (True, "BTC", 1)
        (tier, *_) = (await it.ccxt.fetch_leverage_tiers([LINEAR]))[LINEAR]
        assert tier["maintenanceMarginRate"] == 0.005
        rate = await it.ccxt.fetch_funding_rate(LINEAR)
        assert (rate["fundingRate"], rate["markPrice"]) == (0.0001, 100)


async def test_it_opens_and_closes_a_position_with_leverage() -> None:
    async with simulated() as it:
        await it.ccxt.set_leverage(5, LINEAR)
        bought = await it.ccxt.create_order(LINEAR, "market", "buy", 2)
        order = await it.ccxt.fetch_closed_order(bought["id"], LINEAR)
        assert (order["status"], order["average"], order["filled"]) == ("closed", 101, 2)
        (position,) = await it.ccxt.fetch_positions([LINEAR])
        assert (position["side"], position["contracts"], position["entryPrice"]) == ("long", 2, 101)
        assert (position["leverage"], position["markPrice"], position["unrealizedPnl"]) == (5, 100, -2)
        await it.ccxt.create_order(LINEAR, "market", "sell", 2, None, {"reduceOnly": True})
        assert [each["contracts"] for each in await it.ccxt.fetch_positions([LINEAR])] == [0]
        trades = await it.ccxt.fetch_my_trades(LINEAR)
        assert [(each["side"], each["fee"]["currency"]) for each in trades] == [
            ("buy", "USDT"),
            ("sell", "USDT"),
        ]
        total = (await it.ccxt.fetch_balance())["USDT"]["total"]
        assert total == pytest.approx(1000 - 4 - 400 * 0.00055)


async def test_it_places_edits_and_cancels_orders() -> None:
    async with simulated() as it:
        placed = await it.ccxt.create_order(LINEAR, "limit", "buy", 1, 90, {"clientOrderId": "mine"})
        (works,) = await it.ccxt.fetch_open_orders(LINEAR)
        assert (works["id"], works["clientOrderId"], works["remaining"]) == (placed["id"], "mine", 1)
        await it.ccxt.edit_order(placed["id"], LINEAR, "limit", "buy", 2, 80)
        order = await it.ccxt.fetch_open_order(placed["id"], LINEAR)
        assert (order["price"], order["amount"]) == (80, 2)
        await it.ccxt.cancel_order(placed["id"], LINEAR)
        assert (await it.ccxt.fetch_closed_order(placed["id"], LINEAR))["status"] == "canceled"


async def test_it_has_two_positions_where_the_account_is_hedged() -> None:
    async with simulated() as it:
        await it.ccxt.set_position_mode(True, LINEAR)
        await it.ccxt.create_order(LINEAR, "market", "buy", 1, None, {"hedged": True})
        await it.ccxt.create_order(LINEAR, "market", "sell", 2, None, {"hedged": True})
        positions = await it.ccxt.fetch_positions([LINEAR])
        assert {(each["side"], each["contracts"]) for each in positions} == {("long", 1), ("short", 2)}


async def test_a_stop_closes_a_position_when_its_price_has_come() -> None:
    async with simulated() as it:
        await it.ccxt.create_order(LINEAR, "market", "buy", 2)
        words = {"triggerPrice": 95, "triggerDirection": "descending", "reduceOnly": True}
        stop = await it.ccxt.create_order(LINEAR, "market", "sell", 2, None, words)
        it.exchange.quote("94", "95", size="100")
        it.exchange.trade("94")
        assert (await it.ccxt.fetch_closed_order(stop["id"], LINEAR))["status"] == "closed"
        assert [each["contracts"] for each in await it.ccxt.fetch_positions([LINEAR])] == [0]


async def test_it_trades_inverse_contracts() -> None:
    async with simulated() as it:
        await it.ccxt.create_order(INVERSE, "market", "buy", 50)
        (position,) = await it.ccxt.fetch_positions([INVERSE])
        assert (position["contracts"], position["side"]) == (50, "long")
        assert (await it.ccxt.fetch_balance())["BTC"]["total"] < 2


async def test_it_hears_of_orders_trades_and_positions() -> None:
    async with simulated() as it:
        await it.ccxt.load_markets()
        told = asyncio.create_task(it.ccxt.watch_orders(LINEAR))
        traded = asyncio.create_task(it.ccxt.watch_my_trades(LINEAR))
        held = asyncio.create_task(it.ccxt.watch_positions([LINEAR]))
        await asyncio.sleep(0.5)
        placed = await it.ccxt.create_order(LINEAR, "market", "buy", 1)
        assert (await told)[-1]["id"] == placed["id"]
        assert (await traded)[-1]["amount"] == 1
        assert (await held)[-1]["contracts"] == 1


async def test_it_reads_funding_and_a_liquidation() -> None:
    async with simulated() as it:
        await it.ccxt.create_order(LINEAR, "market", "buy", 2)
        it.exchange.venue.contracts.clearing.fund()
        (paid,) = await it.ccxt.fetch_funding_history(LINEAR)
        assert paid["amount"] == 0.02
        (position,) = it.exchange.account.positions()
        it.exchange.venue.contracts.clearing.close(it.exchange.account, position, Cause.LIQUIDATION)
        (closing,) = await it.ccxt.fetch_my_liquidations(LINEAR)
        assert (closing["contracts"], closing["price"]) == (2, 99)


async def test_it_understands_why_something_is_refused() -> None:
    async with simulated() as it:
        with pytest.raises(ccxt.InsufficientFunds):
            await it.ccxt.create_order(LINEAR, "market", "buy", 20)
        with pytest.raises(ccxt.InvalidOrder):
            await it.ccxt.create_order(LINEAR, "market", "sell", 1, None, {"reduceOnly": True})
        with pytest.raises(ccxt.OrderNotFound):
            await it.ccxt.cancel_order("77", LINEAR)
