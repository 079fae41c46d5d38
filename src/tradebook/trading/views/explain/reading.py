"""How much of the past an explanation looks at, and the events that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tradebook.trading.views.explain.documents import SourceDocument
from tradebook.trading.views.pages import encode_cursor

if TYPE_CHECKING:
    from asyncpg import Pool, Record


SELECT_POSTINGS = """
select position, line, recorded_at, party_id, sub_ledger, ledger_account, asset, amount
from trading.ledger_postings where account_id = $1 and position = any($2) order by position desc, line
"""


SELECT_SOURCES = """
select position, type, recorded_at from journal.events
where position = any($1) order by position desc limit $2
"""


class Extent(NamedTuple):
    """The figure rests on events up to ``until``; shown are at most ``limit`` of them, those ``before``."""

    until: int
    before: int
    limit: int


async def sources_page(
    pool: Pool, positions: Sequence[int], extent: Extent
) -> tuple[list[SourceDocument], str | None]:
    """The events at these positions, as many as are wanted, and the cursor to the rest."""
    shown = [position for position in positions if position < extent.before]
    rows = await pool.fetch(SELECT_SOURCES, shown, extent.limit)
    events = [source_document(row) for row in rows]
    return events, encode_cursor(rows[-1]["position"]) if len(rows) == extent.limit else None


def source_document(row: Record) -> SourceDocument:
    """A row with an event's position, type and time of recording."""
    return SourceDocument(position=str(row["position"]), type=row["type"], recorded_at=row["recorded_at"])
