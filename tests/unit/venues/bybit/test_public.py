"""Bybit's public side as connections use it: its list, its streams, and what it refuses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

import pytest
from tests.support.http import FakeHttp
from tests.support.virtual_time import VirtualClock, run

from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import Instrument, MarketStream, Quote
from tradebook.venues.bybit.pages import PAGES_MAX
from tradebook.venues.bybit.public import BybitMarket, public_markets
from tradebook.venues.connections.http import HttpAnswer
from tradebook.venues.connections.limits import VenueBusy
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.market import BookChange, Refusal
from tradebook.venues.simulated.instruments import CHARACTERS
from tradebook.venues.simulators.bybit.symbols import LINEAR, Symbols

BTC, SOL = InstrumentId("BTC-USDT-PERP.BYBIT"), InstrumentId("SOL-USDT-PERP.BYBIT")
CLOCK = VirtualClock()
NOW = datetime(2026, 1, 5, tzinfo=UTC)


TIERS = {
    "retCode": 0,
    "retMsg": "OK",
    "result": {"list": Symbols([each.instrument for each in CHARACTERS], LINEAR).risk_tiers()},
    "time": 1,
}


def linear(answer: Callable[[str, bytes], object]) -> tuple[BybitMarket, FakeHttp]:
    http = FakeHttp(lambda url, body: TIERS if "/risk-limit" in url else answer(url, body))
    _, market, _ = public_markets(http, CLOCK)
    return market, http


def page(*instruments: Instrument, cursor: str = "") -> object:
    symbols = Symbols(instruments, LINEAR)
    result = {"list": symbols.listed(), "nextPageCursor": cursor}
    return {"retCode": 0, "retMsg": "OK", "result": result, "time": 1}


@pytest.mark.parametrize("again", [lambda number: "the same", str], ids=["the same cursor", "always another"])
def test_a_list_that_has_no_end_is_an_error_and_not_asked_for_ever(again: Callable[[int], str]) -> None:
    asked = count(1)
    market, http = linear(lambda *_: page(CHARACTERS[0].instrument, cursor=again(next(asked))))
    with pytest.raises(ConnectionError, match="no end"):
        run(_list(market))
    assert len(http.asked) <= PAGES_MAX


def test_what_is_gone_and_went_by_the_name_of_what_is_listed_does_not_take_its_place() -> None:
    told = json.loads(json.dumps(page(CHARACTERS[0].instrument)))
    gone = json.loads(json.dumps(told).replace('"BTCUSDT"', '"BTCUSDTOLD"'))
    market, _ = linear(lambda url, _: gone if "BTCUSDTOLD" in url else told)

    async def main() -> None:
        await market.list_instruments()
        assert await market.find("BTCUSDTOLD") is None
        assert await market.find("BTCUSDT") is not None
        assert market.stream_of(BTC, MarketStream.BOOK)[0] == "orderbook.200.BTCUSDT"

    run(main())


async def _list(market: BybitMarket) -> None:
    await market.list_instruments()


def refusing(body: str) -> FakeHttp:
    return FakeHttp(lambda *_: HttpAnswer(status=403, headers={}, body=body.encode()))


def listed() -> BybitMarket:
    market, _ = linear(lambda *_: page(*[each.instrument for each in CHARACTERS]))
    run(_list(market))
    return market


def test_a_list_of_several_pages_is_read_to_its_end() -> None:
    first, second = CHARACTERS[0].instrument, CHARACTERS[2].instrument
    market, http = linear(
        lambda url, _: page(second) if "cursor=next%20page" in url else page(first, cursor="next%20page")
    )

    async def main() -> None:
        found = await market.list_instruments()
        assert [each.instrument.instrument_id for each in found] == [BTC, SOL]
        assert all(each.instrument.taker_fee_rate for each in found)
        contracts = [each.instrument.contract for each in found]
        assert [each and each.maintenance_rate for each in contracts] == [Decimal("0.005")] * 2
        assert http.asked[1] == (
            "GET https://api.bybit.com/v5/market/instruments-info"
            "?category=linear&limit=1000&cursor=next%20page"
        )
        assert market.stream_of(SOL, MarketStream.BOOK)[0] == "orderbook.200.SOLUSDT"

    run(main())


def test_a_no_of_the_venue_is_no_empty_list() -> None:
    market, _ = linear(lambda *_: {"retCode": 10006, "retMsg": "Too many visits!", "result": {}, "time": 1})

    async def main() -> None:
        with pytest.raises(ConnectionError, match="10006 Too many visits!"):
            await market.list_instruments()

    run(main())


def test_a_banned_address_asks_nothing_for_ten_minutes_in_no_category() -> None:
    http = refusing("403, access too frequent")
    spot, futures, _ = public_markets(http, CLOCK)

    async def main() -> None:
        for market in (spot, spot, futures):
            with pytest.raises(VenueBusy, match="HTTP 403, too much was asked"):
                await market.list_instruments()
        assert len(http.asked) == 1
        await asyncio.sleep(601)
        with pytest.raises(VenueBusy, match="HTTP 403"):
            await futures.list_instruments()
        assert len(http.asked) == 2

    run(main())


def test_an_address_that_is_refused_is_told_so_in_the_words_of_the_page_and_tries_again_soon() -> None:
    http = refusing("<HTML><H1>403 ERROR</H1>\nIt is configured to block access from your country.</HTML>")
    spot, *_ = public_markets(http, CLOCK)
    words = r"address is refused there \(403 ERROR It is configured to block access from your country\.\)"

    async def main() -> None:
        for _ in range(2):
            with pytest.raises(VenueBusy, match=words):
                await spot.list_instruments()
        assert len(http.asked) == 1
        await asyncio.sleep(61)
        with pytest.raises(VenueBusy, match=words):
            await spot.list_instruments()
        assert len(http.asked) == 2

    run(main())


def test_a_refusal_tells_the_streams_of_the_request_that_it_answers() -> None:
    market = listed()
    names = ["orderbook.1.BTCUSDT", "orderbook.200.NOPE"]
    asked = json.loads(market.subscription(names))
    assert (asked["op"], asked["args"]) == ("subscribe", names)
    no = {"success": False, "ret_msg": "no", "req_id": asked["req_id"], "op": "subscribe"}
    assert market.decode(json.dumps(no).encode(), NOW) == [
        Refusal(streams=tuple(names), request_id=asked["req_id"], reason="no")
    ]
    ended = json.loads(market.unsubscription(["orderbook.1.BTCUSDT"]))
    late = {**no, "req_id": ended["req_id"], "op": "unsubscribe"}
    assert market.decode(json.dumps(late).encode(), NOW) == []


def test_quotes_come_of_the_best_prices_and_books_of_the_deep_ones_only() -> None:
    market = listed()

    def said(depth: int, *asks: list[str]) -> list[object]:
        data = {"s": "BTCUSDT", "b": [["10", "1"]], "a": asks, "u": 5, "seq": 9}
        frame = {"topic": f"orderbook.{depth}.BTCUSDT", "type": "snapshot", "ts": 1, "data": data}
        return list(market.decode(json.dumps(frame).encode(), NOW))

    assert [type(each) for each in said(1, ["11", "1"])] == [Quote]
    assert said(1) == []
    assert [type(each) for each in said(200)] == [BookChange]


def test_a_symbol_that_is_not_listed_in_the_category_is_not_understood() -> None:
    frame = b'{"topic":"orderbook.1.XUSDT","type":"snapshot","ts":1,"data":{"s":"XUSDT","b":[],"a":[],"u":1}}'
    with pytest.raises(UndecodableFrame, match="not listed"):
        listed().decode(frame, NOW)
