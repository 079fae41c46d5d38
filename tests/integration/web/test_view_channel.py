from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import msgspec
import pytest
from redis.asyncio import Redis
from tests.integration.web.conftest import until
from tests.support.postgres import PostgresServer
from tests.support.redis_server import RedisServer
from tests.support.web import a_change

from tradebook.journal.projections import ViewChange
from tradebook.web import view_channel
from tradebook.web.view_channel import ViewPublisher, ViewSubscriber, views_channel


class Seen:
    """A hub that remembers."""

    is_watched_by_anyone = True

    def __init__(self) -> None:
        self.changes: list[ViewChange] = []
        self.refreshed = 0
        self.defect: Exception | None = None

    def publish(self, changes: list[ViewChange]) -> None:
        if self.defect is not None:
            raise self.defect
        self.changes += changes

    def refresh(self) -> None:
        self.refreshed += 1


CHANNEL = "tradebook:views:a"


@pytest.fixture
async def seen(redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Seen]:
    monkeypatch.setattr(view_channel, "RECONNECT_AFTER_S_MAX", 0.1)
    hub = Seen()
    subscriber: Any = ViewSubscriber(redis_server.url, CHANNEL, hub)  # type: ignore[arg-type]  # all it needs of a hub
    task = asyncio.create_task(subscriber.run())
    redis = Redis.from_url(redis_server.url)
    async with asyncio.timeout(5):
        while not (await redis.pubsub_numsub(CHANNEL))[0][1]:  # noqa: ASYNC110  # Redis tells nobody
            await asyncio.sleep(0.005)
    await redis.aclose()
    yield hub
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def publisher(redis_server: RedisServer) -> AsyncIterator[ViewPublisher]:
    redis = Redis.from_url(redis_server.url)
    yield ViewPublisher(redis, CHANNEL)
    await redis.aclose()


async def test_changes_arrive_as_they_were(seen: Seen, publisher: ViewPublisher) -> None:
    changes = [a_change(1, status="filled"), a_change(2**60, channel="fills", account="a2")]
    await publisher.publish(changes)
    await until(lambda: len(seen.changes) == 2)
    assert msgspec.json.encode(seen.changes) == msgspec.json.encode(changes)
    assert seen.refreshed == 0


async def test_nothing_is_published_for_no_change(seen: Seen, publisher: ViewPublisher) -> None:
    await publisher.publish([])
    await publisher.publish([a_change(1)])
    await until(lambda: len(seen.changes) == 1)


async def test_after_redis_was_away_the_watchers_start_afresh(
    seen: Seen, publisher: ViewPublisher, redis_server: RedisServer
) -> None:
    redis_server.stop()
    await publisher.publish([a_change(1)])
    redis_server.start()
    await until(lambda: seen.refreshed >= 1)
    await publisher.publish([a_change(2)])
    await until(lambda: [c.position for c in seen.changes] == [2])
    assert seen.refreshed >= 1


async def test_a_batch_after_a_gap_says_so(seen: Seen, publisher: ViewPublisher) -> None:
    publisher.skip()
    await publisher.publish([a_change(1)])
    await until(lambda: len(seen.changes) == 1)
    assert seen.refreshed == 1


async def test_what_cannot_be_read_costs_the_watchers_a_fresh_start_and_nothing_else(
    seen: Seen, publisher: ViewPublisher, redis_server: RedisServer
) -> None:
    async with Redis.from_url(redis_server.url) as redis:
        await redis.publish(CHANNEL, "x")
    await until(lambda: seen.refreshed == 1)
    await publisher.publish([a_change(1)])
    await until(lambda: [c.position for c in seen.changes] == [1])


async def test_a_defect_of_the_hub_costs_the_watchers_a_fresh_start_and_nothing_else(
    seen: Seen, publisher: ViewPublisher
) -> None:
    seen.defect = KeyError("a1")
    await publisher.publish([a_change(1)])
    await until(lambda: seen.refreshed == 1)
    seen.defect = None
    await publisher.publish([a_change(2)])
    await until(lambda: [c.position for c in seen.changes] == [2])


async def test_books_that_share_a_redis_do_not_hear_each_other(
    seen: Seen, publisher: ViewPublisher, redis_server: RedisServer
) -> None:
    async with Redis.from_url(redis_server.url) as redis:
        await ViewPublisher(redis, "tradebook:views:b").publish([a_change(1)])
    await publisher.publish([a_change(2)])
    await until(lambda: [c.position for c in seen.changes] == [2])


async def test_each_book_has_a_channel_that_all_its_processes_find(postgres_server: PostgresServer) -> None:
    urls = [await postgres_server.create_database() for _ in range(2)]
    found = []
    for url in (*urls, urls[0]):
        async with asyncpg.create_pool(url, min_size=0, max_size=1) as pool:
            found.append(await views_channel(pool))
    assert found[0] == found[2] != found[1]
