"""A stock client that nobody here wrote trades on the simulated Bybit, with nothing changed but the URL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import ccxt  # type: ignore[import-untyped]  # it ships no types
import ccxt.pro  # type: ignore[import-untyped]  # it ships no types
import pytest
from tests.support.simulated_binance import KEY, READER, READER_SECRET, SECRET, StillMarket
from tests.support.simulated_bybit import Exchange

from tradebook.kernel.clock import SystemClock
from tradebook.venues.simulators.bybit.limits import Budgets
from tradebook.venues.simulators.server import serving

SYMBOL = "BTC/USDT"


def client_of(url: str, *, key: str = KEY, secret: str = SECRET) -> Any:
    options = {"fetchMarkets": {"types": ["spot"]}, "defaultType": "spot"}
    client = ccxt.pro.bybit({"apiKey": key, "secret": secret, "options": options})
    client.urls["api"] |= {"public": url, "private": url}
    client.urls["api"]["ws"]["private"]["contract"] = f"{url.replace('http', 'ws')}/v5/private"
    return client


class Simulated:
    """The venue, where it is, and a client of it."""

    def __init__(self, exchange: Exchange, url: str) -> None:
        self.exchange, self.url = exchange, url
        self.ccxt = client_of(url)


@asynccontextmanager
async def simulated(budgets: Budgets | None = None) -> AsyncIterator[Simulated]:
    """The market stands at 99/101 and traded at 100."""
    exchange = Exchange(clock=SystemClock(), budgets=budgets, USDT="1000", BTC="2")
    exchange.quote("99", "101")
    exchange.trade("100")
    async with serving(exchange.venue, StillMarket(), port=0) as url:
        it = Simulated(exchange, url)
        try:
            yield it
        finally:
            await it.ccxt.close()


async def test_it_reads_the_markets_with_their_rules_and_the_balances() -> None:
    async with simulated() as it:
        market = (await it.ccxt.load_markets())[SYMBOL]
        assert (market["precision"]["price"], market["precision"]["amount"]) == (0.01, 0.001)
        assert (market["limits"]["cost"]["min"], market["limits"]["amount"]["min"]) == (5, 0.001)
        balance = await it.ccxt.fetch_balance()
        assert balance["USDT"] == {"free": 1000, "used": 0, "total": 1000, "debt": 0}
        fees = await it.ccxt.fetch_trading_fee(SYMBOL)
        assert (fees["maker"], fees["taker"]) == (0.001, 0.001)


async def test_it_places_edits_cancels_and_reads_orders() -> None:
    async with simulated() as it:
        placed = await it.ccxt.create_order(SYMBOL, "limit", "buy", 1, 90, {"clientOrderId": "mine"})
        assert placed["clientOrderId"] == "mine"
        (works,) = await it.ccxt.fetch_open_orders(SYMBOL)
        assert (works["id"], works["status"], works["remaining"]) == (placed["id"], "open", 1)
        assert (await it.ccxt.fetch_balance())["USDT"] == {"free": 910, "used": 90, "total": 1000, "debt": 0}

        edited = await it.ccxt.edit_order(placed["id"], SYMBOL, "limit", "buy", 2, 80)
        assert edited["id"] == placed["id"]
        order = await it.ccxt.fetch_open_order(placed["id"], SYMBOL)
        assert (order["status"], order["price"], order["amount"]) == ("open", 80, 2)

        await it.ccxt.cancel_order(placed["id"], SYMBOL)
        assert (await it.ccxt.fetch_closed_order(placed["id"], SYMBOL))["status"] == "canceled"
        assert await it.ccxt.fetch_open_orders(SYMBOL) == []
        assert (await it.ccxt.fetch_balance())["USDT"]["free"] == 1000


async def test_it_cancels_everything_at_once() -> None:
    async with simulated() as it:
        for price in (80, 81):
            await it.ccxt.create_order(SYMBOL, "limit", "buy", 1, price)
        await it.ccxt.cancel_all_orders(SYMBOL)
        assert await it.ccxt.fetch_open_orders(SYMBOL) == []


async def test_it_trades_and_reads_its_trades_with_their_fees() -> None:
    async with simulated() as it:
        bought = await it.ccxt.create_order(SYMBOL, "market", "buy", 0.5)
        order = await it.ccxt.fetch_closed_order(bought["id"], SYMBOL)
        assert (order["status"], order["average"], order["cost"]) == ("closed", 101, 50.5)
        spent = await it.ccxt.create_market_buy_order_with_cost(SYMBOL, 50)
        assert (await it.ccxt.fetch_closed_order(spent["id"], SYMBOL))["filled"] == 0.495
        stop = await it.ccxt.create_order(
            SYMBOL, "market", "sell", 1, None, {"triggerPrice": 95, "orderFilter": "tpslOrder"}
        )
        it.exchange.quote("94", "96")
        it.exchange.trade("94.5")
        trades = await it.ccxt.fetch_my_trades(SYMBOL)
        assert [(each["side"], each["price"], each["amount"]) for each in trades] == [
            ("buy", 101, 0.5),
            ("buy", 101, 0.495),
            ("sell", 94, 1),
        ]
        assert [(each["fee"]["currency"], each["fee"]["cost"]) for each in trades] == [
            ("BTC", 0.0005),
            ("BTC", 0.000495),
            ("USDT", 0.094),
        ]
        assert (await it.ccxt.fetch_closed_order(stop["id"], SYMBOL))["status"] == "closed"


async def test_it_hears_of_its_orders_trades_and_balances() -> None:
    async with simulated() as it:
        await it.ccxt.load_markets()
        told = asyncio.create_task(it.ccxt.watch_orders(SYMBOL))
        traded = asyncio.create_task(it.ccxt.watch_my_trades(SYMBOL))
        balances = asyncio.create_task(it.ccxt.watch_balance())
        await asyncio.sleep(0.5)
        placed = await it.ccxt.create_order(SYMBOL, "limit", "sell", 1, 110)
        first = (await told)[-1]
        assert (first["id"], first["status"], first["filled"]) == (placed["id"], "open", 0)
        assert (await balances)["BTC"]["total"] == 2
        told = asyncio.create_task(it.ccxt.watch_orders(SYMBOL))
        await asyncio.sleep(0)
        it.exchange.trade("111", "0.25")
        trade = (await traded)[-1]
        assert (trade["order"], trade["amount"], trade["takerOrMaker"]) == (placed["id"], 0.25, "maker")
        assert (await told)[-1]["filled"] == 0.25


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("limit", "buy", 100, 90), ccxt.InsufficientFunds),
        (("limit", "buy", 0.01, 90), ccxt.InvalidOrder),
        (("limit", "buy", 1, 101, {"postOnly": True}), ccxt.InvalidOrder),
    ],
)
async def test_it_understands_why_an_order_is_refused(
    arguments: tuple[Any, ...], error: type[ccxt.BaseError]
) -> None:
    async with simulated() as it:
        with pytest.raises(error):
            await it.ccxt.create_order(SYMBOL, *arguments)


async def test_it_understands_that_an_id_is_taken_or_unknown() -> None:
    async with simulated() as it:
        words = (SYMBOL, "limit", "buy", 1, 90, {"clientOrderId": "twice"})
        await it.ccxt.create_order(*words)
        with pytest.raises(ccxt.InvalidOrder, match="Duplicate"):
            await it.ccxt.create_order(*words)
        with pytest.raises(ccxt.OrderNotFound):
            await it.ccxt.cancel_order("77", SYMBOL)


async def test_it_understands_that_a_key_is_wrong_or_may_not_trade() -> None:
    async with simulated() as it:
        for key, secret, error in (
            (KEY, "wrong", ccxt.AuthenticationError),
            ("nobody" * 5, SECRET, ccxt.AuthenticationError),
            (READER, READER_SECRET, ccxt.PermissionDenied),
        ):
            client = client_of(it.url, key=key, secret=secret)
            # Otherwise it asks for more at once, and some is on its way when it is closed.
            client.options |= {"enableUnifiedMargin": False, "enableUnifiedAccount": True}
            client.has["fetchCurrencies"] = False
            try:
                with pytest.raises(error):
                    await client.create_order(SYMBOL, "limit", "buy", 1, 90)
            finally:
                await client.close()


async def test_it_understands_that_its_clock_is_wrong() -> None:
    async with simulated() as it:
        await it.ccxt.load_markets()
        it.ccxt.options["timeDifference"] = 20_000
        with pytest.raises(ccxt.InvalidNonce):
            await it.ccxt.fetch_balance()
        await it.ccxt.load_time_difference()
        assert (await it.ccxt.fetch_balance())["USDT"]["free"] == 1000


async def test_it_understands_that_it_asks_too_much() -> None:
    async with simulated(Budgets(orders_per_s=1)) as it:
        it.ccxt.enableRateLimit = False
        words = (SYMBOL, "limit", "buy", 0.1, 90)
        await it.ccxt.create_order(*words)
        with pytest.raises(ccxt.RateLimitExceeded):
            await asyncio.gather(*(it.ccxt.create_order(*words) for _ in range(5)))
        await asyncio.sleep(1)
