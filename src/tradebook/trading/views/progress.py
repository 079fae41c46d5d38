"""How far the views have come, and waiting until they have come far enough."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tradebook.journal.consumers import ConsumerState, standing
from tradebook.journal.projections import Projection
from tradebook.kernel.errors import InvalidInput, Unavailable
from tradebook.trading import events

if TYPE_CHECKING:
    from asyncpg import Pool

WAIT_S_MAX = 2.0
CATCH_UP_S_MAX = 0.5
_POLL_S = 0.01

# A projection keeps its place only when it writes, so the events behind it are asked whether it misses any.
HAS_REACHED = """
select c.position >= $2
       or $2 <= h.position and not exists (
              select from journal.events e
              where e.position > c.position and e.position <= $2 and e.type = any($3::text[])) as has_reached,
       c.state
from journal.consumers c, journal.head h where c.name = $1
"""

SELECT_POSITION = """
select coalesce(min(coalesce(c.position, 0)), 0)
from unnest($1::text[]) wanted(name) left join journal.consumers c using (name)
"""

SELECT_HEAD = "select position from journal.head"

_TYPE_OF_KIND = {schema.kind: schema.name for schema in events.SCHEMAS}


class Standing(NamedTuple):
    """Where a projection stands."""

    name: str
    lag: int
    """As ``journal.consumers`` counts it."""
    is_parked: bool


class Progress:
    """Reads where the projections of the room stand."""

    def __init__(self, pool: Pool, projections: Sequence[Projection]) -> None:
        self._pool = pool
        self._types = {
            projection.name: [_TYPE_OF_KIND[kind] for kind in projection.handles]
            for projection in projections
        }

    async def position(self, projections: Sequence[str]) -> int:
        """A position that all of these projections have reached: rows read afterwards show at least that."""
        position: int = await self._pool.fetchval(SELECT_POSITION, list(projections))
        return position

    async def standings(self) -> list[Standing]:
        """Where each projection stands; one that never ran is at the beginning."""
        found = await asyncio.gather(*(standing(self._pool, *each) for each in self._types.items()))
        return [
            Standing(name, each.lag, each.state is ConsumerState.PARKED)
            for name, each in zip(self._types, found, strict=True)
        ]

    async def wait_for(
        self,
        position: int,
        projections: Sequence[str],
        *,
        wait_s_max: float = WAIT_S_MAX,
        field: str = "Tradebook-Position",
    ) -> None:
        """Return once the projections show everything up to ``position``.

        Raises InvalidInput that names ``field`` for a position that the journal has not come to, Unavailable
        when they do not get there in time, and at once for one that is parked.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait_s_max
        is_recorded = False
        for name in projections:
            while not await self._has_reached(name, position):
                is_recorded = is_recorded or await self._require_recorded(position, field)
                if loop.time() > deadline:
                    raise Unavailable(
                        "position_not_reached",
                        f"The view has not reached position {position} within {wait_s_max:g} s; ask again.",
                        {"wanted_position": str(position), "view": name},
                    )
                await asyncio.sleep(_POLL_S)

    async def _has_reached(self, name: str, position: int) -> bool:
        place = await self._pool.fetchrow(HAS_REACHED, name, position, self._types[name])
        if place is None or place["has_reached"]:
            return place is not None
        if place["state"] == ConsumerState.PARKED:
            raise Unavailable("view_parked", f"The view {name} is out of order.", {"view": name})
        return False

    async def _require_recorded(self, position: int, field: str) -> bool:
        head: int = await self._pool.fetchval(SELECT_HEAD)
        if position > head:
            raise InvalidInput(
                field, f"the journal ends at position {head}", "take one that an answer or an event has named"
            )
        return True
