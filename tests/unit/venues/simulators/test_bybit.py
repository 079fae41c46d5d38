"""The simulated Bybit says what its documentation says."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from tradebook.kernel.clock import SystemClock
from tradebook.market.values import Aggressor, BookUpdate, Level, Quote, Trade
from tradebook.venues.simulated.instruments import CHARACTERS
from tradebook.venues.simulated.source import SimulatedMarket
from tradebook.venues.simulators.bybit.venue import BybitVenue
from tradebook.venues.simulators.venue import SimulatedRequest

CLOCK = SystemClock()
BTC = CHARACTERS[0].instrument


class Client:
    """One socket, and what it heard."""

    def __init__(self, venue: BybitVenue, path: str = "/v5/public/linear") -> None:
        self.frames: list[Any] = []
        session = venue.open(path, lambda frame: self.frames.append(json.loads(frame)))
        assert session is not None
        self.session = session

    def say(self, **frame: object) -> None:
        self.session.received(json.dumps(frame).encode())


def venue() -> BybitVenue:
    return BybitVenue(SimulatedMarket(CLOCK, seed=1, run_id="t").instruments(), CLOCK)


def change(price: str, size: str, *, whole: bool = False) -> BookUpdate:
    levels = (Level(price=Decimal(price), size=Decimal(size)),)
    return BookUpdate(
        instrument_id=BTC.instrument_id, bids=levels, asks=(), is_snapshot=whole, at=CLOCK.now(), sequence=1
    )


def quote() -> Quote:
    one = Decimal(1)
    return Quote(
        instrument_id=BTC.instrument_id,
        bid=one,
        bid_size=one,
        ask=one + 1,
        ask_size=one,
        at=CLOCK.now(),
        sequence=1,
    )


def traded() -> Trade:
    return Trade(
        instrument_id=BTC.instrument_id,
        trade_id="1",
        price=Decimal(5),
        quantity=Decimal(1),
        aggressor=Aggressor.SELL,
        at=CLOCK.now(),
        sequence=1,
    )


def get(venue: BybitVenue, path: str, query: str = "") -> Any:
    answer = venue.answer(SimulatedRequest(method="GET", path=path, query=query, headers={}))
    return json.loads(answer.body) if answer.body else answer.status


def test_a_book_begins_whole_and_each_depth_counts_its_own_updates() -> None:
    simulated = venue()
    simulated.take([change("10", "1", whole=True), quote(), quote()])
    client = Client(simulated)
    client.say(op="subscribe", args=["orderbook.50.BTCUSDT", "orderbook.1.BTCUSDT"], req_id="7")
    acknowledged, deep, best = client.frames
    assert (acknowledged["success"], acknowledged["req_id"], acknowledged["op"]) == (True, "7", "subscribe")
    assert (deep["type"], deep["data"]["u"], deep["data"]["b"]) == ("snapshot", 1, [["10", "1"]])
    assert (best["type"], best["data"]["u"]) == ("snapshot", 2)
    assert best["data"]["seq"] == deep["data"]["seq"]
    simulated.take([change("10", "0")])
    told = client.frames[-1]
    assert (told["type"], told["data"]["u"], told["data"]["b"]) == ("delta", 2, [["10", "0"]])


def test_one_topic_that_there_is_not_fails_all_that_are_asked_for_with_it() -> None:
    simulated = venue()
    client = Client(simulated)
    client.say(op="subscribe", args=["publicTrade.BTCUSDT", "orderbook.7.BTCUSDT"], req_id="1")
    (refused,) = client.frames
    assert (refused["success"], refused["ret_msg"]) == (
        False,
        "error:handler not found,topic:orderbook.7.BTCUSDT",
    )
    simulated.take([change("10", "1")])
    assert len(client.frames) == 1


def test_spot_takes_ten_topics_in_a_request() -> None:
    client = Client(venue(), "/v5/public/spot")
    client.say(op="subscribe", args=["publicTrade.BTCUSDT"] * 11)
    assert client.frames[0]["success"] is False


def test_a_ping_is_answered() -> None:
    client = Client(venue())
    client.say(op="ping")
    assert (client.frames[0]["op"], client.frames[0]["ret_msg"]) == ("ping", "pong")


def test_who_has_left_hears_nothing() -> None:
    simulated = venue()
    client = Client(simulated)
    client.say(op="subscribe", args=["publicTrade.BTCUSDT", "orderbook.50.BTCUSDT"])
    client.say(op="unsubscribe", args=["publicTrade.BTCUSDT"])
    client.session.closed()
    heard = len(client.frames)
    simulated.take([change("10", "1")])
    assert len(client.frames) == heard


def test_what_it_is_asked_it_answers_with_its_own_words_for_no() -> None:
    simulated = venue()
    simulated.take([change("10", "1", whole=True), quote(), traded()])
    book = get(simulated, "/v5/market/orderbook", "category=linear&symbol=BTCUSDT&limit=50")["result"]
    assert (book["s"], book["b"], book["a"]) == ("BTCUSDT", [["10", "1"]], [])
    prints = get(simulated, "/v5/market/recent-trade", "category=spot&symbol=BTCUSDT")["result"]["list"]
    assert (prints[0]["price"], prints[0]["side"]) == ("5", "Sell")
    (ticker,) = get(simulated, "/v5/market/tickers", "category=spot&symbol=BTCUSDT")["result"]["list"]
    assert (ticker["bid1Price"], ticker["ask1Price"]) == ("1", "2")
    assert len(get(simulated, "/v5/market/instruments-info", "category=linear")["result"]["list"]) == 4
    assert get(simulated, "/v5/market/time")["result"]["timeNano"].endswith("000000")
    assert get(simulated, "/v5/market/orderbook", "category=linear&symbol=NO")["retCode"] == 10001
    assert get(simulated, "/v5/market/orderbook", "category=what")["retCode"] == 10001
    assert get(simulated, "/v5/order/create") == 404


def test_what_does_not_trade_is_listed_by_its_status_alone() -> None:
    simulated = venue()
    simulated.set_status("linear", "BTCUSDT", "Closed")

    def told(more: str) -> list[tuple[str, str]]:
        query = f"category=linear&symbol=BTCUSDT{more}"
        lines = get(simulated, "/v5/market/instruments-info", query)["result"]["list"]
        return [(each["symbol"], each["status"]) for each in lines]

    assert told("") == []
    assert told("&status=Closed") == [("BTCUSDT", "Closed")]
    assert get(simulated, "/v5/market/risk-limit", "category=linear&symbol=BTCUSDT")["result"]["list"] == []


@pytest.mark.parametrize("path", ["/", "/v5/public/option", "/v5/trade"])
def test_there_is_no_socket_elsewhere(path: str) -> None:
    assert venue().open(path, lambda _: None) is None
