"""A demo book opens with a day behind it: made by the ordinary commands, once, and marked as what it is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.support.machine import slowness
from tests.support.server import Client, Server, open_directory

LATER_START_S_MAX = 15
FIRST_START_S_MAX = 180


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with open_directory() as directory:
        server = Server(directory / "data", "--demo").start(FIRST_START_S_MAX)
        yield server
        assert server.stop() == 0


@pytest.fixture(scope="module")
def owner(server: Server) -> Client:
    client = server.login()
    client.wait_for_views()
    return client


def accounts(owner: Client) -> dict[str, str]:
    return {each["name"]: each["account_id"] for each in owner.get("/v1/accounts")["items"]}


def orders(owner: Client) -> list[dict[str, Any]]:
    return owner.all_items(f"/v1/orders?account_id={accounts(owner)['Demo trading']}")


def test_a_demo_says_that_it_is_one_and_has_a_market(server: Server, owner: Client) -> None:
    told = httpx.get(f"{server.url}/v1/first-run", timeout=10).json()
    assert told == {"has_owner": True, "is_demo": True, "market": "simulated"}
    [demo] = [each for each in owner.get("/v1/parties")["items"] if each["name"] == "Demo"]
    found = owner.get("/v1/accounts")["items"]
    assert {each["party_id"] for each in found} == {demo["id"]}
    assert {each["name"] for each in found} == {"Demo trading", "Demo savings"}


def test_there_is_an_order_of_every_kind_and_of_every_end(owner: Client) -> None:
    placed = orders(owner)
    assert {each["type"] for each in placed} == {
        *("market", "limit", "stop", "stop_limit", "take_profit", "trailing_stop")
    }
    assert {each["status"] for each in placed} >= {"filled", "accepted", "cancelled", "expired", "denied"}
    assert all(each["tags"] == ["demo"] for each in placed if each["parent_order_id"] is None)
    fills = owner.all_items(f"/v1/accounts/{accounts(owner)['Demo trading']}/fills")
    assert len(fills) >= 10


def test_the_day_was_lived_through_on_a_market_of_its_own(owner: Client) -> None:
    candles = owner.get("/v1/candles/BTC-USDT.SIM?interval=1h&limit=30")["items"]
    assert len(candles) >= 24
    events = owner.all_items("/v1/journal?type=trading.OrderPlaced")
    first = events[0]
    assert first["metadata"]["actor"] == "system:demo"
    assert first["data"]["at"] < first["recorded_at"]  # when it was recorded is not made up
    jump = float(owner.get("/v1/quotes/BTC-USDT.SIM")["last"]) / float(candles[-1]["open"])
    assert 0.98 < jump < 1.02


def test_a_later_start_adds_nothing_and_is_quick(server: Server, owner: Client) -> None:
    before, head = orders(owner), demo_events(owner)
    assert server.stop() == 0
    began = time.monotonic()
    server.start()
    assert time.monotonic() - began < LATER_START_S_MAX * slowness()
    again = server.login()
    again.wait_for_views()
    assert demo_events(again) == head
    assert {each["order_id"] for each in orders(again)} == {each["order_id"] for each in before}
    verified = server.cli("audit", "verify", "--json")
    assert verified.returncode == 0, verified.stdout


def demo_events(owner: Client) -> int:
    return len(owner.all_items("/v1/journal?actor=system:demo"))
