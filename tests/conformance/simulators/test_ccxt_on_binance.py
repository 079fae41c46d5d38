"""A stock client that nobody here wrote trades on the simulated Binance, with nothing changed but the URL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import ccxt  # type: ignore[import-untyped]  # it ships no types
import ccxt.pro  # type: ignore[import-untyped]  # it ships no types
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from tests.support.simulated_binance import KEY, READER, READER_SECRET, SECRET, Exchange, StillMarket

from tradebook.kernel.clock import SystemClock
from tradebook.venues.simulators.binance.budgets import Budgets
from tradebook.venues.simulators.keys import proof_of
from tradebook.venues.simulators.server import serving
from tradebook.venues.simulators.spot.accounts import ApiKey

SYMBOL = "BTC/USDT"


def client_of(url: str, *, key: str = KEY, secret: str = SECRET) -> Any:
    client = ccxt.pro.binance(
        {"apiKey": key, "secret": secret, "options": {"fetchMarkets": {"types": ["spot"]}}}
    )
    client.urls["api"] |= {"public": f"{url}/api/v3", "private": f"{url}/api/v3", "sapi": f"{url}/sapi/v1"}
    there = url.replace("http", "ws")
    client.urls["api"]["ws"]["spot"] = f"{there}/ws"
    client.urls["api"]["ws"]["ws-api"]["spot"] = f"{there}/ws-api/v3"
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
        assert set(it.ccxt.currencies) >= {"BTC", "USDT", "BNB"}
        balance = await it.ccxt.fetch_balance()
        assert balance["USDT"] == {"free": 1000, "used": 0, "total": 1000}
        fees = await it.ccxt.fetch_trading_fee(SYMBOL)
        assert (fees["maker"], fees["taker"]) == (0.001, 0.001)


async def test_it_places_edits_cancels_and_reads_orders() -> None:
    async with simulated() as it:
        placed = await it.ccxt.create_order(SYMBOL, "limit", "buy", 1, 90, {"clientOrderId": "mine"})
        assert (placed["status"], placed["clientOrderId"], placed["remaining"]) == ("open", "mine", 1)
        assert (await it.ccxt.fetch_balance())["USDT"] == {"free": 910, "used": 90, "total": 1000}

        edited = await it.ccxt.edit_order(placed["id"], SYMBOL, "limit", "buy", 2, 80)
        assert (edited["status"], edited["price"], edited["amount"]) == ("open", 80, 2)
        assert (await it.ccxt.fetch_order(placed["id"], SYMBOL))["status"] == "canceled"
        assert [each["id"] for each in await it.ccxt.fetch_open_orders(SYMBOL)] == [edited["id"]]

        cancelled = await it.ccxt.cancel_order(edited["id"], SYMBOL)
        assert cancelled["status"] == "canceled"
        assert len(await it.ccxt.fetch_orders(SYMBOL)) == 2
        assert (await it.ccxt.fetch_balance())["USDT"]["free"] == 1000


async def test_it_makes_an_order_smaller_where_it_stands() -> None:
    async with simulated() as it:
        placed = await it.ccxt.create_order(SYMBOL, "limit", "buy", 2, 90)
        smaller = {"symbol": "BTCUSDT", "orderId": placed["id"], "newQty": "1"}
        await it.ccxt.request("order/amend/keepPriority", "private", "PUT", smaller)
        order = await it.ccxt.fetch_order(placed["id"], SYMBOL)
        assert (order["status"], order["amount"]) == ("open", 1)


async def test_it_trades_and_reads_its_trades_with_their_fees() -> None:
    async with simulated() as it:
        bought = await it.ccxt.create_order(SYMBOL, "market", "buy", 0.5)
        assert (bought["status"], bought["average"], bought["cost"]) == ("closed", 101, 50.5)
        spent = await it.ccxt.create_market_buy_order_with_cost(SYMBOL, 50)
        assert (spent["status"], spent["filled"]) == ("closed", 0.495)
        stop = await it.ccxt.create_order(SYMBOL, "market", "sell", 1, params={"stopLossPrice": 95})
        assert stop["status"] == "open"
        it.exchange.quote("94", "96")
        it.exchange.trade("94.5")
        trades = await it.ccxt.fetch_my_trades(SYMBOL)
        assert [(each["side"], each["price"], each["amount"]) for each in trades] == [
            ("buy", 101, 0.5),
            ("buy", 101, 0.495),
            ("sell", 94, 1),
        ]
        assert [each["fee"] for each in trades] == [
            {"currency": "BTC", "cost": 0.0005},
            {"currency": "BTC", "cost": 0.000495},
            {"currency": "USDT", "cost": 0.094},
        ]
        assert (await it.ccxt.fetch_order(stop["id"], SYMBOL))["status"] == "closed"


async def test_it_watches_a_book_and_trades() -> None:
    async with simulated() as it:
        it.exchange.book(bids=[("99", "5"), ("98", "7")], asks=[("101", "3")])
        book = asyncio.create_task(it.ccxt.watch_order_book(SYMBOL))
        trades = asyncio.create_task(it.ccxt.watch_trades(SYMBOL))
        while not (book.done() and trades.done()):
            await asyncio.sleep(0.05)
            it.exchange.book(bids=[("99.5", "1.25")])
            it.exchange.trade("99.5")
        assert [list(each)[:2] for each in book.result()["bids"]] == [[99.5, 1.25], [99, 5], [98, 7]]
        assert {each["price"] for each in trades.result()} == {99.5}


async def test_it_hears_of_its_orders_trades_and_balances() -> None:
    async with simulated() as it:
        await it.ccxt.load_markets()
        told = asyncio.create_task(it.ccxt.watch_orders(SYMBOL))
        traded = asyncio.create_task(it.ccxt.watch_my_trades(SYMBOL))
        balances = asyncio.create_task(it.ccxt.watch_balance())
        await it.ccxt.authenticate()
        placed = await it.ccxt.create_order(SYMBOL, "limit", "sell", 1, 110)
        first = (await told)[-1]
        assert (first["id"], first["status"], first["filled"]) == (placed["id"], "open", 0)
        assert (await balances)["BTC"] == {"free": 1, "used": 1, "total": 2}
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
        (("limit", "buy", 0.01, 90), ccxt.BadRequest),
        (("limit", "buy", 1, 101, {"postOnly": True}), ccxt.OrderImmediatelyFillable),
        (("market", "sell", 1, None, {"stopLossPrice": 100}), ccxt.OrderImmediatelyFillable),
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
        with pytest.raises(ccxt.InvalidOrder, match="Duplicate order sent"):
            await it.ccxt.create_order(*words)
        with pytest.raises(ccxt.OrderNotFound):
            await it.ccxt.fetch_order("77", SYMBOL)
        with pytest.raises(ccxt.OrderNotFound):
            await it.ccxt.cancel_order("77", SYMBOL)


async def test_it_understands_that_a_key_is_wrong_or_may_not_trade() -> None:
    async with simulated() as it:
        for key, secret in ((KEY, "wrong"), ("nobody" * 5, SECRET), (READER, READER_SECRET)):
            client = client_of(it.url, key=key, secret=secret)
            # Otherwise it asks for these first, all at once, and some are on their way when it is closed.
            client.options |= {"fetchCurrencies": False, "fetchMargins": False}
            try:
                with pytest.raises(ccxt.AuthenticationError):
                    await client.create_order(SYMBOL, "limit", "buy", 1, 90)
            finally:
                await client.close()


@pytest.mark.parametrize("kind", ["Ed25519", "RSA"])
async def test_it_proves_itself_with_a_private_key(kind: str) -> None:
    pair = Ed25519PrivateKey.generate() if kind == "Ed25519" else generate_private_key(65537, 2048)
    private = pair.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = pair.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    key = ApiKey(api_key="private", proof=proof_of(public))
    exchange = Exchange(clock=SystemClock(), more_keys=[key], USDT="1000")
    async with serving(exchange.venue, StillMarket(), port=0) as url:
        client = client_of(url, key="private", secret=private)
        try:
            assert (await client.fetch_balance())["USDT"]["free"] == 1000
            await client.create_order(SYMBOL, "limit", "buy", 1, 90)
            await client.authenticate()
        finally:
            await client.close()


async def test_it_understands_that_its_clock_is_wrong() -> None:
    async with simulated() as it:
        it.ccxt.options["timeDifference"] = 20_000
        it.ccxt.options["fetchCurrencies"] = False
        with pytest.raises(ccxt.InvalidNonce):
            await it.ccxt.fetch_balance()
        await it.ccxt.load_time_difference()
        assert (await it.ccxt.fetch_balance())["USDT"]["free"] == 1000


async def refusal_of(request: Callable[[], Awaitable[Any]], sign: str) -> ccxt.DDoSProtection:
    """Ask again and again, until the answer is a refusal that bears the sign."""
    for _ in range(100):
        try:
            await request()
        except ccxt.DDoSProtection as error:
            if sign in str(error):
                return error
    raise AssertionError(f"never refused with {sign}")


async def test_it_understands_that_it_asks_too_much_and_that_it_is_banned_for_going_on() -> None:
    async with simulated(Budgets(orders_per_10_s=1, weight_per_minute=100)) as it:
        it.ccxt.options["fetchCurrencies"] = False
        it.ccxt.enableRateLimit = False
        words = (SYMBOL, "limit", "buy", 0.1, 90)
        assert "-1015" in str(await refusal_of(lambda: it.ccxt.create_order(*words), "429"))
        assert "-1003" in str(await refusal_of(it.ccxt.fetch_balance, "-1003"))
        assert "banned until" in str(await refusal_of(it.ccxt.fetch_balance, "418"))
        assert it.ccxt.last_response_headers["Retry-After"] in ("120", "121")
