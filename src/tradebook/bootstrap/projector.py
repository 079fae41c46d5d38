"""The projector writes every view and tells the watchers, in a process of its own: orders never wait."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg
import structlog

from tradebook.bootstrap import garbage
from tradebook.bootstrap.catalogue import projections
from tradebook.bootstrap.foundation import Foundation
from tradebook.infra import locks
from tradebook.infra.cancellation import heed_cancellation
from tradebook.journal.projection_runner import ProjectionRunner
from tradebook.journal.projections import ViewChange
from tradebook.web.view_channel import ViewPublisher, views_channel

CHANGES_WAITING_MAX = 1_000

log = structlog.get_logger("tradebook.projector")


@asynccontextmanager
async def sole_projector(database_url: str) -> AsyncIterator[None]:
    """Wait until no other projector works on the database."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(f"select pg_advisory_lock({locks.PROJECTOR})", timeout=None)
        yield
    finally:
        await connection.close(timeout=1)


async def run_projector(base: Foundation) -> None:
    """Project until cancelled."""
    publisher = ViewPublisher(base.redis, await views_channel(base.pool))
    waiting: asyncio.Queue[Sequence[ViewChange]] = asyncio.Queue(CHANGES_WAITING_MAX)

    def publish(changes: Sequence[ViewChange]) -> None:
        try:
            waiting.put_nowait(changes)
        except asyncio.QueueFull:
            publisher.skip()

    async with (
        sole_projector(base.database_url),
        ProjectionRunner(base.journal, base.pool, projections(), publish),
        garbage.kept_apart(),
    ):
        while True:
            await _publish(publisher, await waiting.get())


async def _publish(publisher: ViewPublisher, changes: Sequence[ViewChange]) -> None:
    """Views go on whatever is wrong with telling of them; watchers get fresh snapshots instead."""
    try:
        await publisher.publish(changes)
    except Exception:
        heed_cancellation()
        log.exception("changes_not_published")
        publisher.skip()


async def until_parent_ends() -> None:
    """Return when standard input is closed: whoever started us holds its other end and is gone."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
