"""A stock client that nobody here wrote trades USD-M futures on the simulator, but for the URL unchanged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import ccxt  # type: ignore[import-untyped]  # it ships no types
import ccxt.pro  # type: ignore[import-untyped]  # it ships no types
import pytest
from tests.support.binance_futures_account import PERP
from tests.support.simulated_binance import KEY, SECRET, StillMarket

from tradebook.kernel.clock import SystemClock
from tradebook.market.values import Aggressor, Quote, Trade
from tradebook.venues.simulators.binance.futures.accounts import FuturesAccount
from tradebook.venues.simulators.binance.futures.venue import BinanceFuturesVenue
from tradebook.venues.simulators.keys import proof_of
from tradebook.venues.simulators.server import serving
from tradebook.venues.simulators.spot.accounts import ApiKey

SYMBOL = "BTC/USDT:USDT"


def client_of(url: str) -> Any:
    client = ccxt.pro.binanceusdm({"apiKey": KEY, "secret": SECRET, "options": {"fetchCurrencies": False}})
    for name in list(client.urls["api"]):
        if name.startswith("fapi"):
            path = client.urls["api"][name].partition("binance.com")[2]
            client.urls["api"][name] = f"{url}{path}"
    ws = url.replace("http", "ws")
    client.urls["api"]["ws"]["future"] = f"{ws}/ws"
    return client


class Simulated:
    """The venue, a client of it, and a market moved by hand."""

    def __init__(self, venue: BinanceFuturesVenue, account: FuturesAccount, url: str) -> None:
        self.venue, self.account, self.ccxt = venue, account, client_of(url)
        self._sequence = 0

    def quote(self, bid: str, ask: str) -> None:
        self._sequence += 1
        told = Quote(
            instrument_id=PERP.instrument_id,
            bid=Decimal(bid),
            bid_size=Decimal(50),
            ask=Decimal(ask),
            ask_size=Decimal(50),
            at=SystemClock().now(),
            sequence=self._sequence,
        )
        self.venue.take([told])

    def trade(self, price: str, quantity: str = "1") -> None:
        self._sequence += 1
        told = Trade(
            instrument_id=PERP.instrument_id,
            trade_id=str(self._sequence),
            price=Decimal(price),
            quantity=Decimal(quantity),
            aggressor=Aggressor.BUY,
            at=SystemClock().now(),
            sequence=self._sequence,
        )
        self.venue.take([told])


@asynccontextmanager
async def simulated() -> AsyncIterator[Simulated]:
    """The market stands at 99/101 and traded at 100."""
    account = FuturesAccount(
        1, keys=[ApiKey(api_key=KEY, proof=proof_of(SECRET))], balances={"USDT": Decimal(1000)}
    )
    venue = BinanceFuturesVenue([PERP], SystemClock(), accounts=[account])
    async with serving(venue, StillMarket(), port=0) as url:
        it = Simulated(venue, account, url)
        it.quote("99", "101")
        it.trade("100")
        try:
            yield it
        finally:
            await it.ccxt.close()


async def test_it_reads_the_contracts_with_their_rules_and_the_wallet() -> None:
    async with simulated() as it:
        market = (await it.ccxt.load_markets())[SYMBOL]
        assert (market["swap"], market["linear"], market["settle"]) == (True, True, "USDT")
        assert (market["precision"]["price"], market["precision"]["amount"]) == (0.01, 0.001)
        assert (await it.ccxt.fetch_balance())["USDT"] == {"free": 1000, "used": 0, "total": 1000}
        brackets = await it.ccxt.fetch_leverage_tiers([SYMBOL])
        assert brackets[SYMBOL][0]["maxLeverage"] == 50


async def test_it_opens_looks_at_and_closes_a_position() -> None:
    async with simulated() as it:
        await it.ccxt.set_leverage(10, SYMBOL)
        bought = await it.ccxt.create_order(SYMBOL, "market", "buy", 2)
        assert (bought["status"], bought["filled"], bought["average"]) == ("closed", 2, 101)
        (held,) = await it.ccxt.fetch_positions([SYMBOL])
        assert (held["side"], held["contracts"], held["entryPrice"]) == ("long", 2, 101)
        it.quote("109", "111")
        await it.ccxt.create_order(SYMBOL, "market", "sell", 2, None, {"reduceOnly": True})
        assert await it.ccxt.fetch_positions([SYMBOL]) == []
        # 16, less fees of 0.101 and 0.109.
        assert (await it.ccxt.fetch_balance())["USDT"]["total"] == 1015.79
        trades = await it.ccxt.fetch_my_trades(SYMBOL)
        assert [each["info"]["realizedPnl"] for each in trades] == ["0.00000000", "16.00000000"]


async def test_it_places_edits_and_cancels_orders_conditional_ones_too() -> None:
    async with simulated() as it:
        placed = await it.ccxt.create_order(SYMBOL, "limit", "buy", 1, 90, {"clientOrderId": "mine"})
        edited = await it.ccxt.edit_order(placed["id"], SYMBOL, "limit", "buy", 2, 80)
        assert (edited["id"], edited["amount"], edited["price"]) == (placed["id"], 2, 80)
        cancelled = await it.ccxt.cancel_order(placed["id"], SYMBOL)
        assert cancelled["status"] == "canceled"
        stop = await it.ccxt.create_order(SYMBOL, "market", "sell", 1, None, {"stopLossPrice": 95})
        waiting = await it.ccxt.fetch_open_orders(SYMBOL, params={"trigger": True})
        assert [each["id"] for each in waiting] == [stop["id"]]
        await it.ccxt.cancel_order(stop["id"], SYMBOL, {"trigger": True})
        assert not it.account.open_orders()


async def test_in_hedge_mode_it_says_which_position() -> None:
    async with simulated() as it:
        await it.ccxt.set_position_mode(True)
        await it.ccxt.create_order(SYMBOL, "market", "buy", 2, None, {"positionSide": "LONG"})
        await it.ccxt.create_order(SYMBOL, "market", "sell", 1, None, {"positionSide": "SHORT"})
        sides = {each["side"]: each["contracts"] for each in await it.ccxt.fetch_positions([SYMBOL])}
        assert sides == {"long": 2, "short": 1}


async def test_it_reads_what_funding_was_paid() -> None:
    async with simulated() as it:
        await it.ccxt.create_order(SYMBOL, "market", "buy", 2)
        it.venue.exchange.clearing.fund()
        (paid,) = await it.ccxt.fetch_funding_history(SYMBOL)
        assert (paid["amount"], paid["code"]) == (-0.02, "USDT")


async def test_it_hears_of_its_orders_trades_and_wallet() -> None:
    async with simulated() as it:
        await it.ccxt.load_markets()
        told = asyncio.create_task(it.ccxt.watch_orders(SYMBOL))
        wallet = asyncio.create_task(it.ccxt.watch_balance())
        await it.ccxt.authenticate({"type": "future"})
        await asyncio.sleep(0.5)
        placed = await it.ccxt.create_order(SYMBOL, "limit", "sell", 1, 110)
        first = (await asyncio.wait_for(told, 10))[-1]
        assert (first["id"], first["status"], first["filled"]) == (placed["id"], "open", 0)
        it.trade("111", "0.25")
        assert (await asyncio.wait_for(wallet, 10))["USDT"]["total"] == 999.9945


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("limit", "buy", 1000, 90), -2019),
        (("limit", "buy", 0.01, 90), -4164),
        (("limit", "buy", 1, 101, {"postOnly": True}), -5022),
        (("market", "sell", 1, None, {"reduceOnly": True}), -2022),
        (("market", "sell", 1, None, {"stopLossPrice": 100}), -2021),
    ],
)
async def test_it_is_told_why_an_order_is_refused(arguments: tuple[Any, ...], code: int) -> None:
    """It knows the codes of futures by Binance's own address only, so it tells them all alike."""
    async with simulated() as it:
        with pytest.raises(ccxt.BaseError, match=f'"code":{code}'):
            await it.ccxt.create_order(SYMBOL, *arguments)
