"""Learns that the journal has moved: the database's NOTIFY, with a poll behind it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import asyncpg

from tradebook.infra.cancellation import heed_cancellation
from tradebook.infra.database import DATABASE_ERRORS

POLL_S = 1.0
CONNECT_TIMEOUT_S = 5.0

_POSITION = "select position from journal.head"
_SETTINGS = {"application_name": "tradebook journal watch"}


class HeadWatch:
    """Tells of every position that the journal is seen to reach, whoever committed it."""

    def __init__(self, database_url: str, tell: Callable[[int], None]) -> None:
        self._url = database_url
        self._tell = tell
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to watch. Raises OSError or asyncpg's errors when the database cannot be reached."""
        connection = await self._connect()
        self._tell(await connection.fetchval(_POSITION))
        self._task = asyncio.create_task(self._watch(connection))

    async def close(self) -> None:
        """Stop watching."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _connect(self) -> asyncpg.Connection:
        connection = await asyncpg.connect(
            self._url, timeout=CONNECT_TIMEOUT_S, command_timeout=CONNECT_TIMEOUT_S, server_settings=_SETTINGS
        )
        await connection.add_listener("journal", self._heard)
        return connection

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        self._tell(int(str(payload)))

    async def _watch(self, connection: asyncpg.Connection) -> None:
        try:
            while True:
                await asyncio.sleep(POLL_S)
                try:
                    self._tell(await connection.fetchval(_POSITION))
                except DATABASE_ERRORS:
                    heed_cancellation()
                    connection.terminate()
                    connection = await self._reconnect()
        finally:
            connection.terminate()

    async def _reconnect(self) -> asyncpg.Connection:
        while True:
            with contextlib.suppress(*DATABASE_ERRORS):
                return await self._connect()
            heed_cancellation()
            await asyncio.sleep(POLL_S)
