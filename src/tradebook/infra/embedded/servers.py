"""Both servers as one thing that starts, is watched and stops."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.embedded.postgres import EmbeddedPostgres
from tradebook.infra.embedded.redis import EmbeddedRedis
from tradebook.infra.settings import Settings
from tradebook.kernel.errors import Unavailable

log = structlog.get_logger("tradebook.infra")

LOOK_EVERY_S = 0.1
RETRY_AFTER_S_MAX = 10.0


class Servers:
    """The database and the cache of a book: embedded ones, unless settings point elsewhere."""

    def __init__(self, settings: Settings, directory: DataDirectory) -> None:
        self._postgres = None if settings.database_url else EmbeddedPostgres(directory)
        self._redis = None if settings.redis_url else EmbeddedRedis(directory)
        self._settings = settings
        self._watch: asyncio.Task[None] | None = None

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
        await asyncio.gather(*(asyncio.to_thread(server.start) for server in embedded))
        self._watch = asyncio.create_task(self._keep_running(embedded))

    async def stop(self) -> None:
        """Stop what we started, the database last."""
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        for server in (self._redis, self._postgres):
            if server is not None:
                await asyncio.to_thread(server.stop)

    async def _keep_running(self, servers: list[EmbeddedPostgres | EmbeddedRedis]) -> None:
        failures = 0
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            for server in servers:
                if server.is_running():
                    continue
                log.error("server_died", server=type(server).__name__)
                try:
                    await asyncio.to_thread(server.start)
                except Unavailable as error:
                    failures += 1
                    log.error("server_does_not_start", detail=error.detail)  # noqa: TRY400  # its own words suffice
                    await asyncio.sleep(min(2.0**failures / 10, RETRY_AFTER_S_MAX))
                else:
                    failures = 0
                    log.warning("server_restarted", server=type(server).__name__)
