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
"""Events behind a place among which those are counted that are handled."""

# A projection keeps its place when it writes, and now and then: what lies behind it is asked for events that
# it handles, unless it is so much that the projection is behind whatever it is.
STANDING = f"""
select c.state, c.error, c.position, h.position as head, case
    when h.position - c.position > {LAG_COUNTED_MAX} then h.position - c.position
    else (
        select count(*) from journal.events e
        where e.position > c.position and e.position <= h.position and e.type = any($2::text[])
    )
end as lag
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
    """Events that it handles and has not worked through; all that it has not read where these are more than
    LAG_COUNTED_MAX."""
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
