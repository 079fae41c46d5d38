"""The simulated Hyperliquid says what its documentation says."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tradebook.kernel.clock import SystemClock
from tradebook.market.values import BookUpdate, Level, Quote
from tradebook.venues.simulated.instruments import CHARACTERS
from tradebook.venues.simulators.hyperliquid.venue import HyperliquidVenue
from tradebook.venues.simulators.venue import SimulatedRequest

CLOCK = SystemClock()
BTC = CHARACTERS[0].instrument
BOOK = {"type": "l2Book", "coin": "BTC"}


class Client:
    """One socket, and what it heard."""

    def __init__(self, venue: HyperliquidVenue) -> None:
        self.frames: list[Any] = []
        session = venue.open("/ws", lambda frame: self.frames.append(json.loads(frame)))
        assert session is not None
        self.session = session

    def say(self, method: str, **frame: object) -> None:
        self.session.received(json.dumps({"method": method, **frame}).encode())

    def heard(self, channel: str) -> list[Any]:
        return [each["data"] for each in self.frames if each["channel"] == channel]


def venue() -> HyperliquidVenue:
    return HyperliquidVenue([each.instrument for each in CHARACTERS], CLOCK)


def level(price: str, size: str) -> Level:
    return Level(price=Decimal(price), size=Decimal(size))


def book(*bids: Level, later_s: float = 0.0) -> BookUpdate:
    return BookUpdate(
        instrument_id=BTC.instrument_id,
        bids=bids,
        asks=(level("64010.01", "1"),),
        is_snapshot=True,
        at=CLOCK.now() + timedelta(seconds=later_s),
        sequence=1,
    )


def quote() -> Quote:
    return Quote(
        instrument_id=BTC.instrument_id,
        bid=Decimal("64000.07"),
        bid_size=Decimal("0.1234567"),
        ask=Decimal("64000.08"),
        ask_size=Decimal(1),
        at=CLOCK.now(),
        sequence=1,
    )


def ask(venue: HyperliquidVenue, question: str, **more: str) -> Any:
    body = json.dumps({"type": question, **more}).encode()
    answer = venue.answer(SimulatedRequest(method="POST", path="/info", query="", headers={}, body=body))
    return json.loads(answer.body) if answer.status == 200 else answer.status


def test_a_book_is_told_whole_on_the_grid_of_prices_and_twice_in_a_second_at_most() -> None:
    simulated = venue()
    client = Client(simulated)
    client.say("subscribe", subscription=BOOK)
    simulated.take([book(level("64000.91", "0.5"), level("64000.12", "0.25"), level("63999.99", "2"))])
    simulated.take([book(level("64000.91", "0.5"), later_s=0.1)])
    assert client.heard("subscriptionResponse") == [{"method": "subscribe", "subscription": BOOK}]
    empty, told = client.heard("l2Book")
    assert empty["levels"] == [[], []]
    bids, asks = told["levels"]
    assert [(each["px"], each["sz"]) for each in bids] == [("64000", "0.75"), ("63999", "2")]
    assert [each["px"] for each in asks] == ["64011"]
    simulated.take([book(level("64001.91", "0.5"), later_s=0.7)])
    assert client.heard("l2Book")[-1]["levels"][0][0]["px"] == "64001"


def test_the_best_prices_never_cross_on_the_grid() -> None:
    simulated = venue()
    simulated.take([quote()])
    client = Client(simulated)
    client.say("subscribe", subscription={"type": "bbo", "coin": "BTC"})
    bid, offer = client.heard("bbo")[0]["bbo"]
    assert (bid["px"], bid["sz"], offer["px"]) == ("64000", "0.12345", "64001")
    assert ask(simulated, "allMids")["BTC"] == "64000"


def test_what_is_asked_for_twice_or_is_not_there_is_complained_of() -> None:
    client = Client(venue())
    client.say("subscribe", subscription=BOOK)
    client.say("subscribe", subscription=BOOK)
    client.say("subscribe", subscription={"type": "l2Book", "coin": "NOPE"})
    client.say("unsubscribe", subscription=BOOK)
    client.say("unsubscribe", subscription=BOOK)
    client.say("dance")
    client.session.received(b"{")
    complaints = [each.partition("{")[0].strip() for each in client.heard("error")]
    assert complaints[:3] == ["Already subscribed:", "Invalid subscription", "Already unsubscribed:"]
    assert len(complaints) == 5


def test_a_ping_is_answered_and_who_has_left_hears_nothing() -> None:
    simulated = venue()
    client = Client(simulated)
    client.say("ping")
    assert client.frames == [{"channel": "pong"}]
    client.say("subscribe", subscription=BOOK)
    client.session.closed()
    heard = len(client.frames)
    simulated.take([book(level("64000", "1"))])
    assert len(client.frames) == heard


def test_questions_are_answered() -> None:
    simulated = venue()
    simulated.take([book(level("64000", "1")), quote()])
    meta, contexts = ask(simulated, "metaAndAssetCtxs")
    assert [each["name"] for each in meta["universe"]] == ["BTC", "ETH", "SOL", "XRP"]
    assert (len(contexts), contexts[0]["markPx"]) == (4, "64000")
    spot, spot_contexts = ask(simulated, "spotMetaAndAssetCtxs")
    assert (spot, spot_contexts[1]["coin"]) == (ask(simulated, "spotMeta"), "@2")
    assert ask(simulated, "l2Book", coin="@1")["levels"][0][0]["px"] == "64000"
    assert ask(simulated, "l2Book", coin="NOPE") == 500
    assert ask(simulated, "dance") == 422


@pytest.mark.parametrize("path", ["/", "/v5/public/linear"])
def test_there_is_nothing_elsewhere(path: str) -> None:
    simulated = venue()
    assert simulated.open(path, lambda _: None) is None
    request = SimulatedRequest(method="GET", path=path, query="", headers={})
    assert simulated.answer(request).status == 404
