"""What everything stands on: the data directory, the database, the cache and the journal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import asyncpg
from redis.asyncio import Redis

from tradebook.bootstrap.catalogue import catalogue
from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.database import create_pool
from tradebook.infra.embedded.servers import Servers
from tradebook.infra.migrations import migrate
from tradebook.infra.settings import Settings
from tradebook.journal.fence import Fence
from tradebook.journal.postgres import PostgresJournal
from tradebook.kernel.clock import Clock, SystemClock

REDIS_TIMEOUT_S = 2.0


@dataclass(frozen=True)
class Foundation:
    """Ready to use; closed by whoever opened it."""

    settings: Settings
    directory: DataDirectory
    clock: Clock
    database_url: str
    redis_url: str
    pool: asyncpg.Pool
    redis: Redis
    journal: PostgresJournal


@asynccontextmanager
async def servers(settings: Settings, directory: DataDirectory) -> AsyncIterator[Servers]:
    """Claim the data directory and run what is embedded, on today's schema.

    Raises Conflict when another server holds the directory, Unavailable when a part cannot start.
    """
    directory.claim()
    embedded = Servers(settings, directory)
    try:
        await embedded.start()
        await migrate(embedded.database_url)
        yield embedded
    finally:
        await embedded.stop()
        directory.release()


@asynccontextmanager
async def foundation(
    settings: Settings,
    directory: DataDirectory,
    *,
    database_url: str,
    redis_url: str,
    name: str,
    fence: Fence | None = None,
) -> AsyncIterator[Foundation]:
    """Pools and journal of one process on running servers; ``fence`` where others may come to serve them."""
    async with AsyncExitStack() as stack:
        pool = await create_pool(database_url, name=name)
        stack.push_async_callback(pool.close)
        redis = Redis.from_url(
            redis_url, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S
        )
        stack.push_async_callback(redis.aclose)
        journal = await stack.enter_async_context(
            PostgresJournal(database_url, pool, catalogue(), fence=fence)
        )
        yield Foundation(settings, directory, SystemClock(), database_url, redis_url, pool, redis, journal)
