"""What is found by asking again and again: nothing twice, and an end only with all of its fills."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from tests.support import virtual_time
from tests.support.ccxt_histories import History, side_at
from tests.support.simulated_binance import START
from tests.support.virtual_time import VirtualClock

from tradebook.venues.ccxt.polling import DEAF_AFTER_S, PolledConnector, PolledSocket
from tradebook.venues.ccxt.watching import LOOKS_MAX, READY, AccountWatch
from tradebook.venues.errors import UnknownOrder
from tradebook.venues.messages.account import ExecType, Execution, ExecutionReport


def order(status: str = "open", filled: str = "0", name: str = "1") -> dict[str, Any]:
    terms = {"symbol": "BTC/USDT", "side": "buy", "amount": "2"}
    return {**terms, "id": name, "clientOrderId": "ours", "status": status, "filled": filled}


def fill(name: str, amount: str, of: str = "1") -> dict[str, Any]:
    return {"id": name, "order": of, "symbol": "BTC/USDT", "amount": amount, "price": "100", "timestamp": 1}


class Exchange:
    tells_all_fills = False

    def __init__(self) -> None:
        self.open: list[dict[str, Any]] = []
        self.orders: dict[str, dict[str, Any]] = {}
        self.fills: list[dict[str, Any]] = []
        self.asked_since: list[int] = []
        self.is_away_for: set[str] = set()
        """Orders about which it answers nothing."""

    async def ask_open_orders(self) -> Sequence[dict[str, Any]]:
        return self.open

    async def ask_order(self, venue_order_id: str, symbol: str) -> dict[str, Any]:
        if venue_order_id in self.is_away_for:
            raise ConnectionError("the exchange is away")
        if venue_order_id not in self.orders:
            raise UnknownOrder("okx", "51603", "no such order")
        return self.orders[venue_order_id]

    async def ask_fills_of(self, venue_order_id: str, symbol: str) -> Sequence[dict[str, Any]]:
        return [each for each in self.fills if each["order"] == venue_order_id]

    async def ask_fills_since(self, since_ms: int) -> Sequence[dict[str, Any]]:
        self.asked_since.append(since_ms)
        return self.fills

    def now_ms(self) -> int:
        return 1_000_000 + 1000 * len(self.asked_since)


async def found(watch: AccountWatch) -> tuple[list[str], list[str]]:
    """Ids of orders and fills that a round tells."""
    frames = [json.loads(each) for each in await watch.ask()]
    assert len(frames) <= 1
    told = frames[0] if frames else {"orders": [], "fills": []}
    return [each["status"] for each in told["orders"]], [each["id"] for each in told["fills"]]


@pytest.fixture
async def watched() -> tuple[Exchange, AccountWatch]:
    exchange = Exchange()
    watch = AccountWatch(exchange, 5.0)
    assert await watch.ask() == (READY,)
    return exchange, watch


async def test_an_order_is_told_when_it_appears_and_each_fill_once(
    watched: tuple[Exchange, AccountWatch],
) -> None:
    exchange, watch = watched
    exchange.open = [order()]
    assert await found(watch) == (["open"], [])
    assert await found(watch) == ([], [])
    exchange.open, exchange.fills = [order(filled="1")], [fill("a", "1")]
    assert await found(watch) == ([], ["a"])
    assert await found(watch) == ([], [])


async def test_an_end_is_told_only_with_all_of_its_fills(watched: tuple[Exchange, AccountWatch]) -> None:
    exchange, watch = watched
    watch.expect("1", "BTC/USDT", "ours")
    exchange.orders["1"] = order("closed", filled="2")
    exchange.fills = [fill("a", "1")]
    assert await found(watch) == ([], [])
    exchange.fills.append(fill("b", "1"))
    assert await found(watch) == (["closed"], ["a", "b"])
    assert await found(watch) == ([], [])


async def test_an_order_that_is_in_no_list_for_a_moment_is_not_given_up(
    watched: tuple[Exchange, AccountWatch],
) -> None:
    exchange, watch = watched
    watch.expect("1", "BTC/USDT", "ours")
    for _ in range(LOOKS_MAX - 1):
        assert await found(watch) == ([], [])
    exchange.orders["1"] = order("canceled")
    assert await found(watch) == (["canceled"], [])


async def test_fills_of_orders_that_were_never_seen_open_are_told_with_their_names() -> None:
    exchange = Exchange()
    exchange.tells_all_fills = True
    watch = AccountWatch(exchange, 5.0)
    await watch.ask()
    exchange.orders["2"] = order("closed", filled="1", name="2")
    exchange.fills = [fill("a", "1", of="2")]
    assert await found(watch) == ([], ["a"])
    assert await found(watch) == ([], [])
    assert exchange.asked_since == sorted(exchange.asked_since)


async def test_the_cursor_stays_where_not_all_fills_could_be_told() -> None:
    exchange = Exchange()
    exchange.tells_all_fills = True
    watch = AccountWatch(exchange, 5.0)
    await watch.ask()
    exchange.fills, exchange.is_away_for = [fill("a", "1", of="2")], {"2"}
    for _ in range(2):
        with pytest.raises(ConnectionError):
            await watch.ask()
    assert len(set(exchange.asked_since)) == 1


async def test_what_a_round_had_found_before_it_failed_is_told_by_the_next(
    watched: tuple[Exchange, AccountWatch],
) -> None:
    exchange, watch = watched
    exchange.open = [order(), order(name="2")]
    await watch.ask()
    exchange.fills = [fill("a", "1"), fill("b", "2", of="2")]
    exchange.orders["2"] = order("closed", filled="2", name="2")
    exchange.open, exchange.is_away_for = [order(filled="1"), order(name="4")], {"3"}
    watch.expect("3", "BTC/USDT", "ours")
    with pytest.raises(ConnectionError):
        await watch.ask()
    exchange.orders["3"] = order("canceled", name="3")
    exchange.is_away_for.clear()
    states, fills = await found(watch)
    assert (sorted(states), sorted(fills)) == (["canceled", "closed", "open"], ["a", "b"])
    assert await found(watch) == ([], [])


@pytest.mark.parametrize("status", ["canceled", "expired", "closed"])
async def test_an_order_for_all_or_nothing_that_was_traded_in_part_ends_after_that_part(status: str) -> None:
    exchange = Exchange()
    watch = AccountWatch(exchange, 5.0)
    await watch.ask()
    watch.expect("1", "BTC/USDT", "ours")
    exchange.orders["1"] = {**order(status, filled="1"), "timeInForce": "FOK", "type": "limit"}
    exchange.fills = [{**fill("a", "1"), "side": "buy", "fee": {"cost": "0.1", "currency": "USDT"}}]
    [frame] = await watch.ask()
    traded, ended = side_at("okx", History("okx", [])).decode(frame, START)
    assert isinstance(traded, Execution)
    assert isinstance(ended, ExecutionReport)
    assert (traded.quantity, traded.client_order_id) == (Decimal(1), "ours")
    assert (ended.exec_type, ended.cumulative_quantity) in {
        (ExecType.CANCELLED, Decimal(1)),
        (ExecType.EXPIRED, Decimal(1)),
    }
    assert await watch.ask() == ()


async def test_a_fill_whose_order_the_exchange_does_not_know_is_told_after_some_rounds_without_its_name() -> (
    None
):
    exchange = Exchange()
    exchange.tells_all_fills = True
    watch = AccountWatch(exchange, 5.0)
    await watch.ask()
    exchange.fills = [fill(each, "1", of="forgotten") for each in ("a", "c", "d")]
    exchange.fills.append(fill("b", "1", of="known"))
    exchange.orders["known"] = order("closed", filled="1", name="known")
    told = [await found(watch) for _ in range(LOOKS_MAX + 1)]
    assert [fills for _, fills in told] == [["b"], *[[]] * (LOOKS_MAX - 2), ["a", "c", "d"], []]
    assert len(set(exchange.asked_since[:LOOKS_MAX])) == 1


async def test_an_order_that_is_about_to_be_cancelled_is_watched_until_it_is() -> None:
    exchange = Exchange()
    watch = AccountWatch(exchange, 5.0)
    await watch.ask()
    watch.expect("1", "BTC/USDT", "ours")
    exchange.orders["1"] = order("canceling")
    assert await found(watch) == ([], [])
    exchange.orders["1"], exchange.fills = order("canceled", filled="1"), [fill("a", "1")]
    assert await found(watch) == (["canceled"], ["a"])


class Failing:
    every_s = 5.0

    def heard(self, frame: bytes) -> None: ...

    async def ask(self) -> Sequence[bytes]:
        raise ConnectionError("the exchange is away")

    async def woken(self) -> None:
        await asyncio.Event().wait()

    def close(self) -> None: ...


def test_a_poll_that_learns_nothing_for_long_ends_as_a_stream_does() -> None:
    async def main() -> None:
        clock = VirtualClock()
        began = clock.now()
        socket = PolledSocket("okx/x", Failing(), lambda frame: None, clock)
        assert await socket.ended() == "the exchange is away"
        assert (clock.now() - began).total_seconds() >= DEAF_AFTER_S

    virtual_time.run(main())


class Source:
    def begin(self) -> Failing:
        return Failing()


def test_a_poll_that_was_closed_says_so_and_asks_no_more() -> None:
    async def main() -> None:
        connector = PolledConnector(VirtualClock())
        source = Source()
        socket = await connector(connector.address("okx/x", source), lambda frame: None)
        socket.close()
        assert await socket.ended() == "closed by us"
        with pytest.raises(ConnectionError, match="nothing is asked"):
            await connector("poll://elsewhere", lambda frame: None)

    virtual_time.run(main())
