"""Who serves a database that several processes can reach: one at a time, the others stand by.

The lease is an advisory lock of PostgreSQL on a connection of its own, so it ends with the process that holds
it, however that ends. Who has it begins an epoch of the journal, in which nobody else can append: until then
whoever served before may go on, from then on it can record nothing and ends::

    take the lock ──► begin an epoch ──► serve ──► the connection breaks ─┬─ same epoch: take it again
                                                                         └─ a later one: end at once
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import structlog

from tradebook.infra import locks
from tradebook.infra.cancellation import heed_cancellation
from tradebook.infra.database import CONNECT_TIMEOUT_S, DATABASE_ERRORS
from tradebook.journal.fence import Fence
from tradebook.kernel.errors import Conflict, Unavailable

BEGIN_EPOCH = "update journal.head set epoch = epoch + 1 returning epoch"
EPOCH = "select epoch from journal.head"
LOOK_EVERY_S = 1.0
_SETTINGS = {
    "application_name": "tradebook lease",
    "synchronous_commit": "on",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
}

log = structlog.get_logger("tradebook")


class Lease:
    """Held from ``take`` on, and from ``begin`` on alone, as long as ``keep`` does not raise."""

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

    async def begin(self) -> Fence:
        """Begin an epoch: from now on nobody who served before can append. The database is up to date.

        Raises Unavailable when the connection, and with it perhaps the lease, is lost.
        """
        if self._connection is None:
            raise Unavailable("lease_lost", "The lease is not held.")
        try:
            return Fence(await self._connection.fetchval(BEGIN_EPOCH, timeout=CONNECT_TIMEOUT_S))
        except DATABASE_ERRORS as error:
            raise Unavailable("lease_lost", f"The lease was lost while starting ({error}).") from error

    async def keep(self, fence: Fence) -> None:
        """Never return; breaks the fence and raises Conflict once another process serves the database.

        A connection that broke is no reason to end: while it is away the lock may be anybody's, but until
        another epoch begins nobody else can have begun to serve.
        """
        holds = True
        while not fence.is_broken:
            try:
                if not holds:
                    holds = await self._try()
                if await self._epoch() != fence.epoch:
                    fence.break_down()
            except DATABASE_ERRORS as error:
                heed_cancellation()
                if holds:
                    log.warning("lease_lost", reason=f"its connection broke ({error})")
                holds = False
                await self.close()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await fence.broken()
        raise Conflict("replaced", "Another process serves this database now; this one ends.")

    async def close(self) -> None:
        """Let another process serve."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

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

    async def _epoch(self) -> int:
        if self._connection is None:
            raise ConnectionError("there is none")
        epoch: int = await self._connection.fetchval(EPOCH, timeout=CONNECT_TIMEOUT_S)
        return epoch


@asynccontextmanager
async def lease(database_url: str) -> AsyncIterator[Lease]:
    """Serve the database alone. Raises Unavailable."""
    held = Lease(database_url)
    try:
        await held.take()
        yield held
    finally:
        await held.close()
