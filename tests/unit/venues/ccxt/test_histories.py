"""Histories longer than a page, read by ccxt from exchanges that begin at either end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.support.ccxt_histories import BEGAN_MS, SYMBOL, History, fills, side_at
from tests.support.simulated_binance import START

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.trading.orders import OrderStatus
from tradebook.venues.connections.http import HttpAnswer
from tradebook.venues.messages.account import Execution, ExecutionReport

EXCHANGES = ("kraken", "okx", "bitget", "mexc")
ASSETS = (Asset("BTC"), Asset("USDT"))


@pytest.mark.parametrize("exchange_id", [*EXCHANGES, "coinbase"])
async def test_every_fill_of_a_long_history_is_told_once(exchange_id: str) -> None:
    traded = fills(230)
    side = side_at(exchange_id, History(exchange_id, traded))
    found = await side.fills_since(ASSETS, START, held=())
    assert sorted(each.at for each in found) == [each.at for each in found]
    assert len({each.fill_id for each in found}) == len(found) == len(traded)
    assert await side.fills_since(ASSETS, START + timedelta(days=1), held=()) == []


@pytest.mark.parametrize("exchange_id", EXCHANGES)
@pytest.mark.parametrize("count", [1, 20, 130])
async def test_all_fills_of_an_order_are_told(exchange_id: str, count: int) -> None:
    later = [(1000 + number, at + 1000, of) for number, at, of in fills(60, of="other")]
    side = side_at(exchange_id, History(exchange_id, [*fills(count), *later]))
    found = await side.fills_of(InstrumentId(f"BTC-USDT.{exchange_id.upper()}"), "one")
    assert {each.venue_order_id for each in found} == {"one"}
    assert len({each.fill_id for each in found}) == len(found) == count


@pytest.mark.parametrize("exchange_id", ["okx", "bitget"])
async def test_every_order_that_works_is_told_where_an_answer_holds_only_some(exchange_id: str) -> None:
    side = side_at(exchange_id, History(exchange_id, fills(230)))
    found = await side.open_orders()
    assert len({each.client_order_id for each in found}) == len(found) == 230


async def test_what_is_not_listed_keeps_nothing_else_from_being_told() -> None:
    side = side_at("okx", History("okx", fills(3), instrument="OLD-USDT"))
    assert await side.open_orders() == []
    assert await side.ask_fills_since(BEGAN_MS) == []
    assert await side.fills_since(ASSETS, START, held=()) == []


class Forgetful(History):
    """It keeps fills for longer than their orders."""

    async def __call__(self, method: str, url: str, **what: Any) -> HttpAnswer:
        if url.split("?", maxsplit=1)[0].endswith("/trade/order"):
            body = b'{"code":"51603","data":[],"msg":"Order does not exist"}'
            return HttpAnswer(status=200, headers={}, body=body)
        return await super().__call__(method, url, **what)


async def test_a_fill_of_an_order_that_was_forgotten_is_told_without_its_name() -> None:
    side = side_at("okx", Forgetful("okx", fills(3)))
    found = await side.named(await side.fills_since(ASSETS, START, held=()))
    assert [each.client_order_id for each in found] == [""] * 3


async def test_an_order_at_kraken_that_has_ended_is_told_with_all_of_its_fills() -> None:
    side = side_at("kraken", History("kraken", fills(30)))
    watch = side.begin()
    await watch.ask()
    watch.expect("one", SYMBOL, "ours")
    [frame] = await watch.ask()
    *traded, ended = side.decode(frame, START)
    assert len({each.fill_id for each in traded if isinstance(each, Execution)}) == len(traded) == 30
    assert isinstance(ended, ExecutionReport)
    assert (ended.status, ended.client_order_id) == (OrderStatus.FILLED, "ours")
    assert await watch.ask() == ()
