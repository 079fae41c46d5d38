"""Wishes to rebuild a view: left by whoever may, taken up by the process that projects.

A wish is a row until the view has caught up. Emptying the view notes in the same transaction how far it has
to come, so that a process that dies in between leaves either a wish that is still to be taken up or a view
that is being replayed; the next one goes on from there.
"""

from __future__ import annotations

import asyncpg
import msgspec

from tradebook.kernel.errors import Conflict

REQUEST = """
insert into journal.rebuild_requests (name, requested_by) values ($1, $2) on conflict (name) do nothing
returning name
"""
OPEN = "select name, until_position from journal.rebuild_requests order by requested_at, name"
TAKE_UP = "update journal.rebuild_requests set until_position = $2 where name = $1"
FINISH = "delete from journal.rebuild_requests where name = $1"


class RebuildRequest(msgspec.Struct, frozen=True):
    """A view that is to be rebuilt, or is being."""

    name: str
    until_position: int | None
    """Once it was emptied: the journal position at which it has caught up."""


class Rebuilds:
    """The open wishes."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def request(self, name: str, *, actor: str) -> None:
        """Ask for a rebuild of the view. Raises Conflict while one is open."""
        if await self._pool.fetchval(REQUEST, name, actor) is None:
            raise Conflict("rebuild_running", f"The view {name} is being rebuilt already.", {"view": name})

    async def open(self) -> list[RebuildRequest]:
        """Every wish that is not fulfilled, oldest first."""
        rows = await self._pool.fetch(OPEN)
        return [RebuildRequest(row["name"], row["until_position"]) for row in rows]

    async def finish(self, name: str) -> None:
        """The view has caught up, or cannot."""
        await self._pool.execute(FINISH, name)
