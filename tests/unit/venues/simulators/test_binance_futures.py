"""What the simulated USD-M futures let an account do, as their documentation tells it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tests.support import virtual_time
from tests.support.binance_futures_account import Desk
from tests.support.desk import SYMBOL
from tests.support.simulated_binance import KEY

from tradebook.venues.simulators.venue import SimulatedRequest

BTC = {"symbol": SYMBOL}


def at_the_venue(story: Callable[[Desk], Awaitable[None]], *, is_hedged: bool = False) -> None:
    """Without anybody connected, at 100 to 101, where 100 was traded last."""

    async def main() -> None:
        it = Desk(is_hedged=is_hedged)
        it.price("100", "101")
        it.print("100")
        await story(it)

    virtual_time.run(main())


def code_of(answer: tuple[int, Any]) -> int:
    status, document = answer
    return 0 if status == 200 else int(document["code"])


def listen_key(it: Desk, method: str) -> Any:
    """Who asks is all that is said."""
    answer = it.exchange.answer(
        SimulatedRequest(method=method, path="/fapi/v1/listenKey", query="", headers={"X-MBX-APIKEY": KEY})
    )
    return json.loads(answer.body)


def test_a_listen_key_lasts_an_hour_after_it_was_last_asked_for_or_kept() -> None:
    async def story(it: Desk) -> None:
        heard: list[bytes] = []
        key = listen_key(it, "POST")["listenKey"]
        it.exchange.open(f"/private/ws/{key}", heard.append)
        await asyncio.sleep(3000)
        assert listen_key(it, "POST")["listenKey"] == listen_key(it, "PUT")["listenKey"] == key
        await asyncio.sleep(3000)
        it.place_by_hand("buy", "1")
        assert [json.loads(each)["e"] for each in heard] == [
            *("ORDER_TRADE_UPDATE", "TRADE_LITE", "ORDER_TRADE_UPDATE", "ACCOUNT_UPDATE")
        ]
        await asyncio.sleep(600)
        it.print("100")
        assert json.loads(heard[-1]) == {
            "e": "listenKeyExpired",
            "E": json.loads(heard[-1])["E"],
            "listenKey": key,
        }
        assert listen_key(it, "PUT")["code"] == -1125
        assert listen_key(it, "POST")["listenKey"] != key

    at_the_venue(story)


def test_a_conditional_order_goes_on_as_an_order_with_another_number_and_the_same_name() -> None:
    async def story(it: Desk) -> None:
        placed = it.by_hand(
            "POST",
            "/fapi/v1/algoOrder",
            **BTC,
            algoType="CONDITIONAL",
            side="BUY",
            type="STOP_MARKET",
            quantity="1",
            triggerPrice="105",
            clientAlgoId="mine",
        )
        assert (placed["algoStatus"], placed["actualOrderId"]) == ("NEW", "")
        assert code_of(it.ask_by_hand("GET", "/fapi/v1/order", **BTC, origClientOrderId="mine")) == -2013
        it.price("105", "106")
        it.print("105")
        waited = it.by_hand("GET", "/fapi/v1/algoOrder", clientAlgoId="mine")
        assert waited["algoStatus"] == "FINISHED"
        order = it.by_hand("GET", "/fapi/v1/order", **BTC, orderId=waited["actualOrderId"])
        assert (order["status"], order["type"], order["clientOrderId"]) == ("FILLED", "MARKET", "mine")
        assert code_of(it.ask_by_hand("DELETE", "/fapi/v1/algoOrder", clientAlgoId="mine")) == -2011

    at_the_venue(story)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"type": "STOP_MARKET", "stopPrice": "105"}, -4120),
        ({"type": "MARKET", "positionSide": "LONG"}, -4061),
        ({"type": "LIMIT", "timeInForce": "GTC", "price": "90.001"}, -4014),
        ({"type": "MARKET", "quantity": "0.0001"}, -4023),
        ({"type": "LIMIT", "price": "90"}, -1102),
        ({"type": "MARKET", "reduceOnly": "true"}, -2022),
        ({"type": "MARKET", "quantity": "0.01"}, -4164),
        ({"type": "LIMIT", "timeInForce": "GTX", "price": "102"}, -5022),
        ({"type": "MARKET", "quantity": "100000"}, -2019),
    ],
)
def test_an_order_that_does_not_fit_is_refused_by_its_code(terms: dict[str, str], code: int) -> None:
    async def story(it: Desk) -> None:
        answer = it.ask_by_hand(*it.placing, **{**BTC, "side": "BUY", "quantity": "1", **terms})
        assert code_of(answer) == code

    at_the_venue(story)


def test_with_two_positions_what_would_turn_one_is_refused() -> None:
    async def story(it: Desk) -> None:
        it.place_by_hand("buy", "1", positionSide="LONG")
        assert code_of(it.place_by_hand("sell", "2", positionSide="LONG")) == -2022
        assert code_of(it.place_by_hand("sell", "1", positionSide="LONG", reduceOnly="true")) == -1106
        assert code_of(it.place_by_hand("sell", "1", positionSide="LONG")) == 0

    at_the_venue(story, is_hedged=True)


def test_modes_change_only_while_nothing_is_open() -> None:
    async def story(it: Desk) -> None:
        isolate = ("POST", "/fapi/v1/marginType")
        it.place_by_hand("buy", "1", "90")
        assert code_of(it.ask_by_hand(*isolate, **BTC, marginType="ISOLATED")) == -4047
        it.by_hand("DELETE", "/fapi/v1/allOpenOrders", **BTC)
        it.place_by_hand("buy", "1")
        assert code_of(it.ask_by_hand(*isolate, **BTC, marginType="ISOLATED")) == -4048
        assert code_of(it.ask_by_hand(*isolate, **BTC, marginType="CROSSED")) == -4046
        hedge = ("POST", "/fapi/v1/positionSide/dual")
        assert code_of(it.ask_by_hand(*hedge, dualSidePosition="true")) == -4068
        assert code_of(it.ask_by_hand(*hedge, dualSidePosition="false")) == -4059
        assert code_of(it.ask_by_hand("POST", "/fapi/v1/leverage", **BTC, leverage="51")) == -4028

    at_the_venue(story)


def test_incomes_are_told_by_kind_and_page_by_page() -> None:
    async def story(it: Desk) -> None:
        it.place_by_hand("buy", "1")
        it.place_by_hand("sell", "1")
        it.exchange.deposit(it.customer, "USDT", it.customer.balances.total("USDT"))
        every = it.by_hand("GET", "/fapi/v1/income")
        assert [each["incomeType"] for each in every] == [
            *("COMMISSION", "COMMISSION", "REALIZED_PNL", "TRANSFER")
        ]
        pages = [
            it.by_hand("GET", "/fapi/v1/income", incomeType="COMMISSION", limit="1", page=str(page))
            for page in (1, 2, 3)
        ]
        assert [[each["income"] for each in page] for page in pages] == [
            ["-0.05050000"],
            ["-0.05000000"],
            [],
        ]

    at_the_venue(story)
