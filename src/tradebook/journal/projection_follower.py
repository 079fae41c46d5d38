"""Keeps one view up to date with the journal."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import cast

import asyncpg
import structlog

from tradebook.infra.cancellation import heed_cancellation
from tradebook.journal import away
from tradebook.journal.consumers import ConsumerState
from tradebook.journal.errors import JournalUnavailable
from tradebook.journal.ports import Journal
from tradebook.journal.projections import Projection, ViewChange
from tradebook.journal.rebuilds import TAKE_UP
from tradebook.journal.recent import HeadSignal
from tradebook.journal.records import Recorded
from tradebook.kernel.errors import Unavailable

ENTER = """
insert into journal.consumers (name, version, position) values ($1, $2, 0) on conflict (name) do nothing
"""

STANDING = """
select c.version, c.position, c.state, c.error, coalesce(r.until_position, 0) as until_position
from journal.consumers c left join journal.rebuild_requests r using (name) where name = $1
"""

ADVANCE = """
update journal.consumers set position = $4, updated_at = now()
where name = $1 and version = $2 and position = $3
returning set_config('synchronous_commit', 'off', true)
"""
"""Locks the view's place first, so that nobody else writes its rows meanwhile."""

RESET = """
insert into journal.consumers (name, version, position) values ($1, $2, 0)
on conflict (name) do update
    set version = excluded.version, position = 0, state = 'running', error = '', updated_at = now()
"""

PARK = "update journal.consumers set state = 'parked', error = $2, updated_at = now() where name = $1"

RESUME = "update journal.consumers set state = 'running', error = '', updated_at = now() where name = $1"

ATTEMPTS_MAX = 5
RETRY_DELAY_S = 0.05
RETRY_DELAY_S_MAX = 5.0
ERROR_LENGTH_MAX = 2_000
UNSAVED_POSITIONS_MAX = 1_000
LINGER_S = 0.01
LINGER_S_MAX = 0.02
LINGER_PER_WORK = 1
LINGER_BELOW_EVENTS = 1_000
"""Near the head a follower lets events gather, and the longer the more work they are: every commit has its
price, and a row that changes thrice in one batch is written once."""

AWAY = (JournalUnavailable, *away.AWAY)
"""The database is away or full: no fault of the projection, so it is tried again without end."""

Publish = Callable[[Sequence[ViewChange]], None]
"""Gets the changes of a commit, after it; must not block. What it raises is logged: the view goes on."""

log = structlog.get_logger(__name__)


class _Moved(Exception):
    """The view's place is not where we left it: somebody else rebuilt or advanced it."""


class ProjectionFollower:
    """Follows the journal with one projection: rows and place are committed together."""

    def __init__(
        self, projection: Projection, journal: Journal, pool: asyncpg.Pool, publish: Publish
    ) -> None:
        self.projection = projection
        self.state = ConsumerState.RUNNING
        self.error = ""
        self.reached = HeadSignal()
        self._journal = journal
        self._pool = pool
        self._publish = publish
        self._saved = 0
        self._silent_until = 0
        """Changes up to here are history being replayed; nobody is told of them."""

    async def run(self) -> None:
        """Follow the journal until cancelled, or until the projection has to be parked."""
        loop = asyncio.get_running_loop()
        while self.state is ConsumerState.RUNNING:
            try:
                await self._enter()
                async for batch in self._journal.tail(after=self._saved):
                    began = loop.time()
                    await self._apply(batch)
                    if len(batch) < LINGER_BELOW_EVENTS:
                        work_s = loop.time() - began
                        await asyncio.sleep(min(max(LINGER_S, LINGER_PER_WORK * work_s), LINGER_S_MAX))
            except _Moved:
                continue
            except AWAY:
                heed_cancellation()
                await asyncio.sleep(RETRY_DELAY_S_MAX)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one view must not stop the others
                await self._park(f"{error!r} after position {self._saved}")

    async def reset(self) -> None:
        """Empty the view and begin again from the first event."""
        projection = self.projection
        self._silent_until = (await self._journal.head()).position
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(f"truncate {', '.join(projection.tables)}")
            await connection.execute(RESET, projection.name, projection.version)
            await connection.execute(TAKE_UP, projection.name, self._silent_until)
        self.reached.rewind(0)
        self.state, self.error = ConsumerState.RUNNING, ""

    async def resume(self) -> None:
        """Take a parked projection up again where it failed."""
        await self._pool.execute(RESUME, self.projection.name)
        self.state, self.error = ConsumerState.RUNNING, ""

    def out_of_order(self) -> Unavailable:
        """What those who wait for a parked view are told."""
        name = self.projection.name
        return Unavailable("view_parked", f"The view {name} is out of order.", {"view": name})

    async def save_place(self) -> None:
        """Keep the place reached by passing over events that the view does not handle."""
        if self._saved < self.reached.position and self.state is ConsumerState.RUNNING:
            with contextlib.suppress(_Moved, *AWAY):
                await self._transact([], self.reached.position)

    async def _enter(self) -> None:
        projection = self.projection
        projection.forget()
        await self._pool.execute(ENTER, projection.name, projection.version)
        [standing] = await self._pool.fetch(STANDING, projection.name)
        if standing["version"] != projection.version:
            await self.reset()
            [standing] = await self._pool.fetch(STANDING, projection.name)
        self.state, self.error = ConsumerState(standing["state"]), standing["error"]
        self._silent_until = max(self._silent_until, standing["until_position"])
        self._saved = standing["position"]
        self.reached.rewind(self._saved)

    async def _apply(self, batch: Sequence[Recorded]) -> None:
        handles = self.projection.handles
        events = [recorded for recorded in batch if type(recorded.event) in handles]
        last = batch[-1].position
        if events or last - self._saved >= UNSAVED_POSITIONS_MAX:
            changes = await self._persist(events, last)
            if changes and last > self._silent_until:
                self._tell(changes)
        self.reached.advance(last)

    def _tell(self, changes: Sequence[ViewChange]) -> None:
        """The rows are committed: a publisher with a defect harms those who watch, never the view."""
        try:
            self._publish(changes)
        except Exception:
            log.exception("changes were not published", projection=self.projection.name)

    async def _persist(self, events: Sequence[Recorded], last: int) -> Sequence[ViewChange]:
        attempts, delay_s = 0, RETRY_DELAY_S
        while True:
            try:
                return await self._transact(events, last)
            except AWAY as error:
                heed_cancellation()
                log.warning("the database is away", projection=self.projection.name, error=str(error))
            except Exception as error:
                attempts += 1
                if attempts == ATTEMPTS_MAX or isinstance(error, _Moved):
                    raise
                log.warning("projection failed", projection=self.projection.name, error=repr(error))
            self.projection.forget()
            await asyncio.sleep(delay_s)
            delay_s = min(2 * delay_s, RETRY_DELAY_S_MAX)

    async def _transact(self, events: Sequence[Recorded], last: int) -> Sequence[ViewChange]:
        changes: Sequence[ViewChange] = ()
        projection = self.projection
        async with self._pool.acquire() as connection, connection.transaction():
            place = (projection.name, projection.version, self._saved, last)
            if await connection.fetchval(ADVANCE, *place) is None:
                raise _Moved
            if events:
                changes = await projection.project(cast("asyncpg.Connection", connection), events)
        self._saved = last
        return changes

    async def _park(self, error: str) -> None:
        self.state, self.error = ConsumerState.PARKED, error[:ERROR_LENGTH_MAX]
        self.projection.forget()
        log.error("projection parked", projection=self.projection.name, error=self.error)
        self.reached.interrupt(self.out_of_order)
        with contextlib.suppress(*AWAY):
            await self._pool.execute(PARK, self.projection.name, self.error)
