"""How far the views have come, and waiting until they have come far enough."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradebook.kernel.errors import Unavailable

if TYPE_CHECKING:
    from asyncpg import Pool

WAIT_S_MAX = 2.0
_POLL_S = 0.01

SELECT_PROGRESS = """
select coalesce(min(c.position), 0), count(c.position) = cardinality($1)
from unnest($1::text[]) wanted(name) left join journal.consumers c using (name)
"""


class Progress:
    """Reads where the projections' checkpoints stand."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def reached(self, projections: Sequence[str]) -> int:
        """The position that all of these projections have reached."""
        position, are_all_there = await self._pool.fetchrow(SELECT_PROGRESS, list(projections))
        return position if are_all_there else 0

    async def wait_for(
        self, position: int, projections: Sequence[str], *, wait_s_max: float = WAIT_S_MAX
    ) -> None:
        """Return once the projections have reached ``position``; raises Unavailable when they do not in time."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait_s_max
        while (reached := await self.reached(projections)) < position:
            if loop.time() > deadline:
                raise Unavailable(
                    "position_not_reached",
                    f"The view has not reached position {position} within {wait_s_max:g} s; ask again.",
                    {"wanted_position": str(position), "reached_position": str(reached)},
                )
            await asyncio.sleep(_POLL_S)
