"""A stock client that nobody here wrote trades on the simulated Hyperliquid, but for the URL unchanged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import ccxt  # type: ignore[import-untyped]  # it ships no types
import ccxt.pro  # type: ignore[import-untyped]  # it ships no types
import pytest
from tests.support.simulated_binance import StillMarket
from tests.support.simulated_hyperliquid import AGENT_KEY, TOKEN, WALLET, Exchange

from tradebook.kernel.clock import SystemClock
from tradebook.venues.simulators.hyperliquid.limits import Budgets
from tradebook.venues.simulators.server import serving

SYMBOL, PERPETUAL = "BTC/USDC", "BTC/USDC:USDC"
"""It knows for which coin the token stands."""
MINE = "0x" + "c" * 32


@asynccontextmanager
async def simulated(budgets: Budgets | None = None) -> AsyncIterator[Any]:
    """The client; the market stands at 99/101."""
    exchange = Exchange(SystemClock(), {"USDC": "1000", TOKEN: "2"}, collateral="1000", budgets=budgets)
    exchange.quote("99", "101")
    async with serving(exchange.venue, StillMarket(), port=0) as url:
        client = ccxt.pro.hyperliquid(
            {
                "walletAddress": WALLET,
                "privateKey": AGENT_KEY,
                "options": {"fetchMarkets": {"types": ["spot", "swap"]}, "builderFee": False},
            }
        )
        client.urls["api"] = {
            "public": url,
            "private": url,
            "ws": {"public": f"{url.replace('http', 'ws')}/ws"},
        }
        client.there = exchange
        try:
            yield client
        finally:
            await client.close()


async def test_it_reads_the_markets_with_their_rules_and_the_balances() -> None:
    async with simulated() as client:
        market = (await client.load_markets())[SYMBOL]
        assert (market["spot"], market["baseId"], market["precision"]["amount"]) == (True, "10001", 0.001)
        balance = await client.fetch_balance({"type": "spot"})
        assert balance["USDC"] == {"free": 1000, "used": 0, "total": 1000}


async def test_it_places_edits_cancels_and_reads_orders() -> None:
    async with simulated() as client:
        placed = await client.create_order(SYMBOL, "limit", "buy", 1, 90, {"clientOrderId": MINE})
        assert (await client.fetch_order(placed["id"], SYMBOL))["clientOrderId"] == MINE
        assert (await client.fetch_balance({"type": "spot"}))["USDC"]["used"] == 90
        edited = await client.edit_order(placed["id"], SYMBOL, "limit", "buy", 2, 80)
        (works,) = await client.fetch_open_orders(SYMBOL)
        assert (works["id"], works["price"], works["amount"]) == (edited["id"], 80, 2)
        assert (await client.fetch_order(placed["id"], SYMBOL))["status"] == "canceled"
        await client.cancel_order(edited["id"], SYMBOL)
        assert not await client.fetch_open_orders(SYMBOL)
        assert (await client.fetch_balance({"type": "spot"}))["USDC"]["free"] == 1000


async def test_it_trades_and_reads_its_trades_with_their_fees() -> None:
    async with simulated() as client:
        bought = await client.create_order(SYMBOL, "market", "buy", 0.5, 101)
        assert (bought["filled"], bought["average"]) == (0.5, 101)
        (trade,) = await client.fetch_my_trades(SYMBOL)
        assert (trade["side"], trade["price"], trade["amount"], trade["takerOrMaker"]) == (
            "buy",
            101,
            0.5,
            "taker",
        )
        assert trade["fee"] == {"currency": TOKEN, "cost": 0.00035}


async def test_it_trades_perpetuals_and_reads_its_position() -> None:
    async with simulated() as client:
        await client.set_leverage(5, PERPETUAL, {"marginMode": "cross"})
        bought = await client.create_order(PERPETUAL, "market", "buy", 2, 101)
        assert (bought["filled"], bought["average"]) == (2, 101)
        (held,) = await client.fetch_positions([PERPETUAL])
        assert (held["side"], held["contracts"], held["entryPrice"], held["leverage"]) == ("long", 2, 101, 5)
        assert (await client.fetch_balance({"type": "swap"}))["USDC"]["total"] == 997.9091
        waits = {"triggerPrice": 95, "reduceOnly": True}
        stop = await client.create_order(PERPETUAL, "market", "sell", 2, 95, waits)
        (works,) = await client.fetch_open_orders(PERPETUAL)
        assert (works["id"], works["triggerPrice"], works["reduceOnly"]) == (stop["id"], 95, True)
        await client.cancel_order(stop["id"], PERPETUAL)
        await client.create_order(PERPETUAL, "market", "sell", 2, 99, {"reduceOnly": True})
        assert not await client.fetch_positions([PERPETUAL])
        trades = await client.fetch_my_trades(PERPETUAL)
        assert [(each["side"], each["fee"]["currency"]) for each in trades] == [
            ("buy", "USDC"),
            ("sell", "USDC"),
        ]


async def test_it_reads_what_funding_was_paid() -> None:
    async with simulated() as client:
        await client.create_order(PERPETUAL, "market", "sell", 2, 99)
        client.there.venue.exchanges.perpetuals.clearing.fund()
        (paid,) = await client.fetch_funding_history(PERPETUAL)
        assert (paid["amount"], paid["code"]) == (0.0025, "USDC")


async def test_it_hears_its_orders_and_trades() -> None:
    async with simulated() as client:
        await client.load_markets()
        orders = asyncio.ensure_future(client.watch_orders(SYMBOL))
        trades = asyncio.ensure_future(client.watch_my_trades(SYMBOL))
        await asyncio.sleep(0.5)
        await client.create_order(SYMBOL, "market", "buy", 0.5, 101)
        async with asyncio.timeout(10):
            assert (await orders)[-1]["status"] == "closed"
            assert (await trades)[-1]["amount"] == 0.5


async def test_what_is_refused_is_refused_in_words_that_it_knows() -> None:
    async with simulated() as client:
        with pytest.raises(ccxt.InsufficientFunds):
            await client.create_order(SYMBOL, "limit", "buy", 100, 90)
        with pytest.raises(ccxt.ExchangeError, match="minimum value of 10 USDC"):
            await client.create_order(SYMBOL, "limit", "buy", 0.01, 90)
        with pytest.raises(ccxt.OrderNotFound):
            await client.cancel_order("999", SYMBOL)


async def test_it_is_sent_away_when_it_asks_too_much() -> None:
    async with simulated(Budgets(weight_per_minute=300)) as client:
        await client.load_markets()
        # More than two minutes let pass: one may end meanwhile.
        asked = [client.fetch_open_orders(SYMBOL) for _ in range(31)]
        with pytest.raises(ccxt.RateLimitExceeded):
            await asyncio.gather(*asked)
