"""Where those who read the journal keep their place: projections and process managers."""

from __future__ import annotations

from enum import StrEnum

import asyncpg
import msgspec

PLACE = "select position from journal.consumers where name = $1"

KEEP_PLACE = """
insert into journal.consumers as c (name, version, position) values ($1, 1, $2)
on conflict (name) do update set position = excluded.position, updated_at = now()
    where c.position < excluded.position
"""


class ConsumerState(StrEnum):
    """Whether a consumer reads on."""

    RUNNING = "running"
    PARKED = "parked"
    """It failed repeatedly and waits for a person: rebuild or resume it."""


class ConsumerStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How a consumer is doing."""

    name: str
    position: int
    lag: int
    """Events of the journal that it has not worked through."""
    state: ConsumerState
    error: str = ""


async def place(pool: asyncpg.Pool, name: str) -> int:
    """Position up to which the process manager ``name`` has worked; 0 for a new one."""
    return await pool.fetchval(PLACE, name) or 0


async def keep_place(pool: asyncpg.Pool, name: str, position: int) -> None:
    """Keep the place of a process manager; it never moves back."""
    await pool.execute(KEEP_PLACE, name, position)
