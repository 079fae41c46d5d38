"""Both servers as one thing that starts, is watched and stops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.embedded.postgres import EmbeddedPostgres
from tradebook.infra.embedded.redis import EmbeddedRedis
from tradebook.infra.metrics import SERVER_RESTARTS
from tradebook.infra.settings import Settings
from tradebook.kernel.errors import Unavailable

log = structlog.get_logger("tradebook.infra")

LOOK_EVERY_S = 0.1
LIVED_WELL_S = 2.0
"""A server that dies sooner after its start is started again after growing pauses."""
FAILURES_COUNTED_MAX = 7
RETRY_AFTER_S_MAX = 10.0


class Servers:
    """The database and the cache of a book: embedded ones, unless settings point elsewhere."""

    def __init__(self, settings: Settings, directory: DataDirectory) -> None:
        self._postgres = None if settings.database_url else EmbeddedPostgres(directory)
        self._redis = None if settings.redis_url else EmbeddedRedis(directory)
        self._settings = settings
        self._watches: list[asyncio.Task[None]] = []

    @property
    def database_url(self) -> str:
        """Where PostgreSQL is; a secret."""
        if self._postgres is not None:
            return self._postgres.url
        assert self._settings.database_url is not None
        return self._settings.database_url.get_secret_value()

    @property
    def redis_url(self) -> str:
        """Where Redis is; a secret."""
        if self._redis is not None:
            return self._redis.url
        assert self._settings.redis_url is not None
        return self._settings.redis_url.get_secret_value()

    async def start(self) -> None:
        """Start what is embedded and keep it running. Raises Unavailable."""
        embedded = [server for server in (self._postgres, self._redis) if server is not None]
        outcomes = await asyncio.gather(
            *(_to_the_end(server.start) for server in embedded), return_exceptions=True
        )
        for outcome in outcomes:
            if outcome is not None:
                raise outcome
        self._watches = [asyncio.create_task(_keep_running(server)) for server in embedded]

    async def stop(self) -> None:
        """Stop what we started, the database last."""
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        for server in (self._redis, self._postgres):
            if server is not None:
                await _to_the_end(server.stop)


async def _keep_running(server: EmbeddedPostgres | EmbeddedRedis) -> None:
    """Start it again whenever it died: at once, then with growing pauses."""
    name = type(server).__name__
    clock = asyncio.get_running_loop().time
    failures, started = 0, clock()
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        if server.is_running():
            continue
        failures = 0 if clock() - started > LIVED_WELL_S else min(failures + 1, FAILURES_COUNTED_MAX)
        log.error("server_died", server=name)
        await asyncio.sleep(min((2**failures - 1) / 10, RETRY_AFTER_S_MAX))
        started = clock()
        try:
            await _to_the_end(server.start)
        except (Unavailable, OSError) as error:
            log.error("server_does_not_start", server=name, detail=str(error))  # noqa: TRY400  # its own words suffice
        else:
            SERVER_RESTARTS.labels(name).inc()
            log.warning("server_restarted", server=name)


async def _to_the_end(work: Callable[[], None]) -> None:
    """Run in a thread, and let it end even when we are cancelled: a server half started is an orphan."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        with suppress(Exception):  # nobody is left to hear of it
            await running
        raise
