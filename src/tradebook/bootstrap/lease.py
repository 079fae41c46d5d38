"""Who serves a database that several processes can reach: one at a time, the others stand by.

The lease is an advisory lock of PostgreSQL on a connection of its own, so it ends with the process that holds
it, however that ends. While the database is away nobody commits anything; whoever comes back first has the
lease, and the other one ends instead of writing beside it. Expected versions fence what is in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import structlog

from tradebook.infra import locks
from tradebook.infra.cancellation import heed_cancellation
from tradebook.infra.database import CONNECT_TIMEOUT_S, DATABASE_ERRORS
from tradebook.kernel.errors import Conflict, Unavailable

LOOK_EVERY_S = 1.0
RETAKE_WITHIN_S = 5.0
"""Our own broken connection may hold the lock until the database notices that it is gone."""
_SETTINGS = {
    "application_name": "tradebook lease",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
}

log = structlog.get_logger("tradebook")


class Lease:
    """Held from ``take`` on, as long as ``keep`` does not raise."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._connection: asyncpg.Connection | None = None

    async def take(self) -> None:
        """Wait until nobody else serves the database. Raises Unavailable when it cannot be reached."""
        try:
            if await self._try():
                return
            log.warning("standing_by", reason="another process serves this database")
            while True:
                await asyncio.sleep(LOOK_EVERY_S)
                if await self._try():
                    log.warning("taking_over", reason="nobody serves this database any more")
                    return
        except DATABASE_ERRORS as error:
            raise Unavailable("database_away", f"The database cannot be reached ({error}).") from error

    async def keep(self) -> None:
        """Never return; raises Conflict once another process has the lease."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                if self._connection is not None:
                    await self._connection.fetchval("select 1", timeout=CONNECT_TIMEOUT_S)
                    continue
            except DATABASE_ERRORS:
                heed_cancellation()
                log.warning("lease_lost", reason="its connection broke")
            await self.close()
            await self._retake()

    async def close(self) -> None:
        """Let another process serve."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    async def _retake(self) -> None:
        refused_for_s = 0.0
        while refused_for_s < RETAKE_WITHIN_S:
            try:
                if await self._try():
                    return
            except DATABASE_ERRORS:
                heed_cancellation()  # else nobody can have it while the database is away
            else:
                refused_for_s += LOOK_EVERY_S
            await asyncio.sleep(LOOK_EVERY_S)
        raise Conflict("replaced", "Another process serves this database now; this one ends.")

    async def _try(self) -> bool:
        """The connection that asked is kept: standing by costs one."""
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self._url, timeout=CONNECT_TIMEOUT_S, server_settings=_SETTINGS
            )
        is_ours: bool = await self._connection.fetchval(
            "select pg_try_advisory_lock($1)", locks.SERVER, timeout=CONNECT_TIMEOUT_S
        )
        return is_ours


@asynccontextmanager
async def lease(database_url: str) -> AsyncIterator[Lease]:
    """Serve the database alone. Raises Unavailable."""
    held = Lease(database_url)
    try:
        await held.take()
        yield held
    finally:
        await held.close()
