"""Are the views what the journal says? Each is folded anew in an empty database and compared row by row."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from tradebook.infra.database import UNHURRIED_S
from tradebook.journal.ports import Journal
from tradebook.journal.projections import Projection

PAGE_EVENTS = 1_000
CATCH_UP_EVENTS = 10_000
"""So many are replayed in well under a minute."""

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

PLACE = "select coalesce((select position from journal.consumers where name = $1), 0)"
ROWS = 'select t::text from {table} t order by t::text collate "C"'
DIFFERENCES_MAX = 20


async def compare_view(
    live: asyncpg.Pool, scratch: asyncpg.Connection, journal: Journal, projection: Projection
) -> Sequence[str]:
    """Differences between a view's rows and those that the journal gives up to the same position.

    ``scratch`` is a connection to an empty database of the same schema. The live rows and their position are
    read in one snapshot, so the projector may go on meanwhile. Nothing in the whole database is cleaned up
    behind a snapshot, so it is taken only when there is little left to replay.
    """
    reached = 0
    projection.forget()
    while True:
        while (place := await _place(live, projection)) - reached > CATCH_UP_EVENTS:
            await _replay(scratch, journal, projection, after=reached, until=place)
            reached = place
        async with (
            live.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            place = await _place(connection, projection)
            if place >= reached:
                await _replay(scratch, journal, projection, after=reached, until=place)
                return [
                    difference
                    for table in projection.tables
                    for difference in await _compare_rows(connection, scratch, table)
                ]
        await scratch.execute(f"truncate {', '.join(projection.tables)}")  # the view is being rebuilt
        projection.forget()
        reached = 0


async def _place(live: asyncpg.Pool | Connection, projection: Projection) -> int:
    place: int = await live.fetchval(PLACE, projection.name)
    return place


async def _replay(
    scratch: asyncpg.Connection, journal: Journal, projection: Projection, *, after: int, until: int
) -> None:
    while after < until:
        page = await journal.read(after=after, limit=min(PAGE_EVENTS, until - after))
        after = page[-1].position
        batch = [recorded for recorded in page if type(recorded.event) in projection.handles]
        if batch:
            async with scratch.transaction():
                await projection.project(scratch, batch)


async def _compare_rows(live: Connection, scratch: asyncpg.Connection, table: str) -> list[str]:
    """Both sides in the same order, side by side; nothing is held in memory but one page of each."""
    query = ROWS.format(table=table)
    differences: list[str] = []
    async with scratch.transaction(readonly=True):
        lives, folded = (
            aiter(each.cursor(query, prefetch=PAGE_EVENTS, timeout=UNHURRIED_S)) for each in (live, scratch)
        )
        a, b = await anext(lives, None), await anext(folded, None)
        while (a is not None or b is not None) and len(differences) < DIFFERENCES_MAX:
            if a is not None and b is not None and a[0] == b[0]:
                a, b = await anext(lives, None), await anext(folded, None)
            elif a is not None and (b is None or a[0].encode() < b[0].encode()):
                differences.append(f"{table} holds a row that the journal does not give: {a[0][:200]}")
                a = await anext(lives, None)
            elif b is not None:
                differences.append(f"{table} lacks a row that the journal gives: {b[0][:200]}")
                b = await anext(folded, None)
    return differences
