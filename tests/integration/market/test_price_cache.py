"""The latest prices in Redis, for others to read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis
from tests.support.market import HandMarket
from tests.support.redis_server import RedisServer

from tradebook.kernel.clock import SystemClock
from tradebook.market import price_cache
from tradebook.market.price_cache import PriceCache

KEY = "price:BTC-USDT.SIM"


@pytest.fixture
async def redis(redis_server: RedisServer) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis_server.url)
    yield client
    await client.aclose()


@pytest.fixture
async def market(redis: Redis) -> AsyncIterator[HandMarket]:
    market = HandMarket()
    cache = PriceCache(redis, SystemClock(), market)
    market.subscribe(lambda event: cache.take([event]))
    running = asyncio.create_task(cache.run())
    yield market
    running.cancel()


async def written(redis: Redis, sequence: int) -> dict[str, Any]:
    """The document once it has come as far as ``sequence``."""
    async with asyncio.timeout(10):
        while True:
            data = await redis.get(KEY)
            document: dict[str, Any] = msgspec.json.decode(data) if data else {"sequence": "0"}
            if int(document["sequence"]) >= sequence:
                return document
            await asyncio.sleep(0.02)


async def test_the_newest_price_stands_in_redis_for_thirty_seconds(redis: Redis, market: HandMarket) -> None:
    market.quote_at("99", "101")
    market.trade_at("100")
    document = await written(redis, 2)
    assert (document["bid"], document["ask"], document["last"]) == ("99", "101", "100")
    assert document["at"] == market.now().isoformat().replace("+00:00", "Z")
    assert 28 <= await redis.ttl(KEY) <= 30
    market.pass_time(1)
    market.trade_at("102")
    document = await written(redis, 3)
    assert (document["bid"], document["last"]) == ("99", "102")


async def test_a_redis_that_was_away_gets_the_newest_price_when_it_is_back(
    redis: Redis, market: HandMarket, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(price_cache, "AWAY_S", 0.1)
    market.trade_at("100")
    await written(redis, 1)
    redis_server.stop()
    market.trade_at("101")
    await asyncio.sleep(2 * price_cache.WRITE_EVERY_S)
    redis_server.start()
    document = await written(redis, 2)
    assert document["last"] == "101"


async def test_an_instrument_that_fell_silent_is_stale_and_others_are_not(market: HandMarket) -> None:
    market.trade_at("100")
    instrument_id = market.instruments()[0].instrument_id
    assert not market.is_stale(instrument_id)
    market.follow_tape(market.now() + timedelta(seconds=61))
    assert market.is_stale(instrument_id)
