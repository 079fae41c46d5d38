"""The simulated Hyperliquid looks at signatures, nonces, rights and money as its documentation says."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.simulated_binance import HandClock
from tests.support.simulated_hyperliquid import (
    ASSET,
    OTHER_KEY,
    TOKEN,
    WALLET_KEY,
    Exchange,
    an_order,
    approval,
    signed,
)

from tradebook.venues.simulators.hyperliquid.limits import Budgets
from tradebook.venues.simulators.hyperliquid.nonces import DAY_MS, KEPT

BUY = an_order("buy", "1", "90")


def exchange(*, budgets: Budgets | None = None) -> Exchange:
    it = Exchange(HandClock(), {"USDC": "1000", TOKEN: "2"}, budgets=budgets)
    it.quote("99", "101", size="1")
    return it


def statuses(answer: Any) -> list[Any]:
    return list(answer["response"]["data"]["statuses"])


@pytest.mark.parametrize("key", [OTHER_KEY, "0x" + "44" * 32])
def test_a_key_that_nobody_has_approved_does_not_exist_here(key: str) -> None:
    answer = exchange().act(BUY, key=key)
    assert answer["status"] == "err"
    assert answer["response"].startswith("User or API Wallet 0x")


def test_a_signature_over_something_else_is_somebody_elses() -> None:
    it = exchange()
    body = signed(BUY, it.nonce())
    body["action"] = an_order("buy", "2", "90")
    status, answer = it.post("/exchange", body)
    assert (status, answer["status"]) == (200, "err")
    assert not it.customer.orders()


def test_a_signature_for_the_other_chain_is_somebody_elses() -> None:
    assert exchange().act(BUY, source="b")["status"] == "err"


def test_a_nonce_is_taken_once() -> None:
    it = exchange()
    nonce = it.nonce()
    assert it.act(BUY, nonce=nonce)["status"] == "ok"
    assert "duplicate nonce" in it.act(BUY, nonce=nonce)["response"]
    assert it.act(BUY, nonce=nonce, key=WALLET_KEY)["status"] == "ok"  # each signer has his own
    assert len(it.customer.orders()) == 2


def test_a_nonce_must_be_above_the_lowest_of_the_hundred_highest_and_near_the_time() -> None:
    it = exchange()
    first = it.nonce()
    for n in range(KEPT):
        assert it.act({"type": "noop"}, nonce=first + 2 * n)["status"] == "ok"
    assert it.act({"type": "noop"}, nonce=first + 1)["status"] == "ok"
    assert "lower than" in it.act({"type": "noop"}, nonce=first - 1)["response"]
    for far in (first - 2 * DAY_MS, first + DAY_MS):
        assert "time of the block" in it.act({"type": "noop"}, nonce=far)["response"]


def test_an_agent_is_approved_by_the_owner_alone_and_gives_way_to_one_of_his_name() -> None:
    it = exchange()
    agent = "0x" + "9" * 40
    by_agent = it.post("/exchange", approval(agent, "next", it.nonce(), key=OTHER_KEY))[1]
    assert by_agent["status"] == "err"
    assert it.post("/exchange", approval(agent, "tradebook", it.nonce()))[1]["status"] == "ok"
    assert [each["address"] for each in it.ask("extraAgents")] == [agent]
    assert it.act(BUY)["status"] == "err"


def test_an_order_that_takes_what_there_is_ends_with_the_rest() -> None:
    it = exchange()
    (status,) = statuses(it.act(an_order("buy", "3", "101", tif="Ioc")))
    assert status["filled"]["totalSz"] == "1"
    (order,) = it.ask("historicalOrders")
    assert (order["status"], order["order"]["sz"]) == ("canceled", "2")
    assert {each["coin"]: each["hold"] for each in it.ask("spotClearinghouseState")["balances"]} == {
        TOKEN: "0",
        "USDC": "0",
    }


def test_what_is_asked_of_one_order_is_how_it_was_when_its_status_changed() -> None:
    it = exchange()
    (status,) = statuses(it.act(an_order("buy", "2", "90")))
    oid = status["resting"]["oid"]
    it.print("89", "0.5")
    assert it.ask("orderStatus", oid=oid)["order"]["order"]["sz"] == "2"
    assert [each["sz"] for each in it.ask("openOrders")] == ["1.5"]
    assert [each["sz"] for each in it.ask("userFillsByTime", startTime=0)] == ["0.5"]


def test_a_changed_order_is_another_one_with_all_of_its_new_size() -> None:
    it = exchange()
    cloid = "0x" + "c" * 32
    it.act(an_order("buy", "2", "90", cloid=cloid))
    it.print("89", "0.5")
    (wanted,) = an_order("buy", "2", "91", cloid=cloid)["orders"]
    answer = it.act({"type": "modify", "oid": cloid, "order": wanted})
    assert answer["response"] == {"type": "default"}
    (works,) = it.ask("frontendOpenOrders")
    assert (works["sz"], works["limitPx"], works["cloid"]) == ("2", "91", cloid)
    it.act({"type": "cancel", "cancels": [{"a": ASSET, "o": works["oid"]}]})
    assert "Cannot modify" in it.act({"type": "modify", "oid": cloid, "order": wanted})["response"]


async def test_the_dead_mans_switch_cancels_what_works() -> None:
    it = exchange()
    it.act(BUY)
    at = round(it.clock.now().timestamp() * 1000) + 6000
    assert it.act({"type": "scheduleCancel", "time": at})["status"] == "ok"
    await it.clock.sleep(5)
    it.quote("99", "101")
    assert it.ask("openOrders")
    await it.clock.sleep(2)
    it.quote("99", "101")
    assert not it.ask("openOrders")


def test_whoever_asks_too_often_is_sent_away_and_whoever_acts_too_often_is_told() -> None:
    busy = exchange(budgets=Budgets(weight_per_minute=40))
    assert [busy.post("/info", {"type": "openOrders", "user": WALLET_KEY})[0] for _ in range(3)] == [
        200,
        200,
        429,
    ]
    spent = exchange(budgets=Budgets(requests_free=1))
    assert spent.act(BUY)["status"] == "ok"
    assert spent.act(BUY)["response"].startswith("Too many cumulative requests sent")
    assert spent.ask("userRateLimit")["nRequestsUsed"] == 1
    (order,) = spent.ask("openOrders")
    cancel = {"type": "cancel", "cancels": [{"a": ASSET, "o": order["oid"]}]}
    assert statuses(spent.act(cancel)) == ["success"]
