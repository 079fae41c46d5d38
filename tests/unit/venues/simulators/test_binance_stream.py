"""The WebSocket API of the simulated Binance: who is told what of an account."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.support.simulated_binance import KEY, READER, READER_SECRET, SECRET, Exchange

from tradebook.venues.simulators.binance.budgets import Budgets


class Client:
    """One connection."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.heard: list[dict[str, Any]] = []
        session = exchange.venue.open("/ws-api/v3", lambda frame: self.heard.append(json.loads(frame)))
        assert session is not None
        self.session = session

    def ask(self, method: str, /, **params: Any) -> dict[str, Any]:
        self.session.received(json.dumps({"id": "7", "method": method, "params": params}).encode())
        answer = next(each for each in self.heard if "id" in each)
        self.heard.remove(answer)
        return answer

    def subscribe(self, key: str = KEY, secret: str = SECRET) -> dict[str, Any]:
        params: dict[str, str | int] = {"apiKey": key, "recvWindow": 5000}
        signature = self.exchange.signed(params, secret).rpartition("=")[2]
        timed = {**params, "timestamp": self.exchange.milliseconds, "signature": signature}
        return self.ask("userDataStream.subscribe.signature", **timed)

    def events(self) -> list[str]:
        return [each["event"]["e"] for each in self.heard]


@pytest.fixture
def exchange() -> Exchange:
    return Exchange(USDT="1000")


def test_a_subscription_is_answered_with_its_number_and_what_it_weighs(exchange: Exchange) -> None:
    assert Client(exchange).subscribe() == {
        "id": "7",
        "status": 200,
        "result": {"subscriptionId": 0},
        "rateLimits": [
            {
                "rateLimitType": "REQUEST_WEIGHT",
                "interval": "MINUTE",
                "intervalNum": 1,
                "limit": 6000,
                "count": 2,
            }
        ],
    }


def test_nobody_is_told_who_did_not_prove_that_the_account_is_his(exchange: Exchange) -> None:
    client = Client(exchange)
    refused = client.subscribe(secret="another")
    assert (refused["status"], refused["error"]["code"]) == (400, -1022)
    assert client.subscribe(key="nobody")["error"]["code"] == -2015
    exchange.limit("BUY", "90", "1")
    assert client.heard == []


def test_every_connection_of_the_account_is_told_and_a_reading_key_is_enough(exchange: Exchange) -> None:
    first, second = Client(exchange), Client(exchange)
    first.subscribe()
    second.subscribe(READER, READER_SECRET)
    exchange.limit("BUY", "90", "1")
    assert first.heard == second.heard
    assert first.events() == ["executionReport", "outboundAccountPosition"]
    second.session.closed()
    exchange.limit("BUY", "90", "1")
    assert (len(first.heard), len(second.heard)) == (4, 2)


def test_an_account_is_subscribed_to_once_on_a_connection(exchange: Exchange) -> None:
    client = Client(exchange)
    client.subscribe()
    assert client.subscribe()["status"] == 400


def test_a_subscription_ends_with_an_event_and_may_begin_anew(exchange: Exchange) -> None:
    client = Client(exchange)
    client.subscribe()
    assert client.ask("userDataStream.unsubscribe", subscriptionId=0)["result"] == {}
    assert client.heard == [
        {"subscriptionId": 0, "event": {"e": "eventStreamTerminated", "E": exchange.milliseconds}}
    ]
    exchange.limit("BUY", "90", "1")
    assert len(client.heard) == 1
    assert client.subscribe()["result"] == {"subscriptionId": 1}


def test_it_tells_the_time_and_that_it_is_there(exchange: Exchange) -> None:
    client = Client(exchange)
    assert client.ask("ping")["result"] == {}
    assert client.ask("time")["result"] == {"serverTime": exchange.milliseconds}
    assert client.ask("order.dance")["status"] == 400


def test_what_is_no_json_is_refused(exchange: Exchange) -> None:
    client = Client(exchange)
    client.session.received(b"{")
    assert client.heard[0]["error"]["code"] == -1135


def test_requests_over_the_socket_are_counted_too() -> None:
    client = Client(Exchange(budgets=Budgets(weight_per_minute=1)))
    assert client.ask("ping")["status"] == 200
    assert (client.ask("ping")["status"], client.ask("time")["error"]["code"]) == (429, -1003)


def test_everybody_is_told_when_the_venue_is_about_to_close(exchange: Exchange) -> None:
    client = Client(exchange)
    exchange.venue.shut_down()
    assert client.events() == ["serverShutdown"]
