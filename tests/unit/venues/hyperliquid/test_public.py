"""Hyperliquid's public side as connections use it: its list, its streams, and its limits."""

from __future__ import annotations

import asyncio
import json

import pytest
from tests.support.http import FakeHttp
from tests.support.virtual_time import VirtualClock, run

from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import MarketStream
from tradebook.venues.connections.limits import VenueBusy
from tradebook.venues.hyperliquid.public import HyperliquidMarket
from tradebook.venues.simulated.instruments import CHARACTERS
from tradebook.venues.simulators.hyperliquid.symbols import Symbols

CLOCK = VirtualClock()
SYMBOLS = Symbols([each.instrument for each in CHARACTERS])


def said(_: str, body: bytes) -> object:
    answers = {"meta": SYMBOLS.meta(), "spotMeta": SYMBOLS.spot_meta()}
    return answers[json.loads(body)["type"]]


def test_a_perpetual_and_a_pair_are_asked_for_by_what_the_venue_calls_them() -> None:
    market = HyperliquidMarket(FakeHttp(said), CLOCK)

    async def main() -> None:
        await market.list_instruments()
        name, endpoint = market.stream_of(InstrumentId("UBTC-USDC.HYPERLIQUID"), MarketStream.BOOK)
        assert (name, endpoint.url) == ("l2Book:@1", "wss://api.hyperliquid.xyz/ws")
        assert json.loads(market.subscription([name])) == {
            "method": "subscribe",
            "subscription": {"type": "l2Book", "coin": "@1"},
        }
        name, _ = market.stream_of(InstrumentId("BTC-USDC-PERP.HYPERLIQUID"), MarketStream.QUOTES)
        assert json.loads(market.unsubscription([name])) == {
            "method": "unsubscribe",
            "subscription": {"type": "bbo", "coin": "BTC"},
        }

    run(main())


def test_a_token_that_bears_the_name_of_an_older_one_does_not_take_its_place() -> None:
    meta = SYMBOLS.spot_meta()
    twin = {**meta["tokens"][1], "index": 99}
    pair = {"name": "@99", "tokens": [99, 0], "index": 99, "isCanonical": False}
    both = {"tokens": [*meta["tokens"], twin], "universe": [*meta["universe"], pair]}
    market = HyperliquidMarket(
        FakeHttp(lambda url, body: both if b"spotMeta" in body else said(url, body)), CLOCK
    )

    async def main() -> None:
        listed = [each.instrument.instrument_id for each in await market.list_instruments()]
        assert len(listed) == len(set(listed))
        name, _ = market.stream_of(InstrumentId("UBTC-USDC.HYPERLIQUID"), MarketStream.BOOK)
        assert name == "l2Book:@1"

    run(main())


def test_an_address_that_asked_too_often_is_silent_for_a_minute() -> None:
    http = FakeHttp(lambda *_: 429)
    market = HyperliquidMarket(http, CLOCK)

    async def main() -> None:
        for _ in range(2):
            with pytest.raises(VenueBusy):
                await market.list_instruments()
        assert len(http.asked) == 1

    run(main())


def test_questions_stay_below_the_weight_of_a_minute() -> None:
    http = FakeHttp(said)
    market = HyperliquidMarket(http, CLOCK)

    async def main() -> None:
        await asyncio.sleep(1)
        for _ in range(27):
            await market.list_instruments()
        with pytest.raises(VenueBusy):  # the minute ends later than anybody waits
            await market.list_instruments()
        assert len(http.asked) * 20 == 1080
        await asyncio.sleep(30)
        await market.list_instruments()

    run(main())


def test_where_half_of_the_list_does_not_come_nothing_is_listed() -> None:
    market = HyperliquidMarket(
        FakeHttp(lambda url, body: 503 if b'"meta"' in body else said(url, body)), CLOCK
    )

    async def main() -> None:
        with pytest.raises(ConnectionError):
            await market.list_instruments()
        assert not market.universe

    run(main())


def test_perpetuals_that_somebody_looks_at_are_remembered() -> None:
    market = HyperliquidMarket(FakeHttp(said), CLOCK)
    perpetual, pair = InstrumentId("BTC-USDC-PERP.HYPERLIQUID"), InstrumentId("UBTC-USDC.HYPERLIQUID")

    async def main() -> None:
        await market.list_instruments()
        for each in (perpetual, pair):
            market.stream_of(each, MarketStream.QUOTES)
        assert market.looked_at == {perpetual}

    run(main())
