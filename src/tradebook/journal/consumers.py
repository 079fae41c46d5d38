"""Where those who read the journal keep their place: projections and process managers."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import asyncpg
import msgspec

PLACE = "select position from journal.consumers where name = $1"

KEEP_PLACE = """
insert into journal.consumers as c (name, version, position) values ($1, 1, $2)
on conflict (name) do update set position = excluded.position, updated_at = now()
    where c.position < excluded.position
"""

LAG_COUNTED_MAX = 10_000

# A projection keeps its place only when it writes, so what lies behind is asked for events it handles.
STANDING = f"""
select c.state, c.error, c.position, h.position as head, (
    select count(*) from (
        select from journal.events e
        where e.position > c.position and e.position <= h.position and e.type = any($2::text[])
        limit {LAG_COUNTED_MAX}
    ) missed
) as lag
from journal.head h left join journal.consumers c on c.name = $1
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


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a projection stands, as any process can find out."""

    position: int
    """Up to here it shows everything."""
    lag: int
    """Events that it handles and has not worked through, LAG_COUNTED_MAX at most."""
    state: ConsumerState
    error: str


async def standing(pool: asyncpg.Pool, name: str, types: Sequence[str]) -> Standing:
    """Where the projection ``name``, which handles events of these ``types``, stands."""
    [row] = await pool.fetch(STANDING, name, list(types))
    if row["position"] is None:  # it never ran
        return Standing(position=0, lag=row["head"], state=ConsumerState.RUNNING, error="")
    return Standing(
        position=row["position"] if row["lag"] else row["head"],
        lag=row["lag"],
        state=ConsumerState(row["state"]),
        error=row["error"],
    )


async def place(pool: asyncpg.Pool, name: str) -> int:
    """Position up to which the process manager ``name`` has worked; 0 for a new one."""
    return await pool.fetchval(PLACE, name) or 0


async def keep_place(pool: asyncpg.Pool, name: str, position: int) -> None:
    """Keep the place of a process manager; it never moves back."""
    await pool.execute(KEEP_PLACE, name, position)
