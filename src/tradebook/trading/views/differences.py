"""The view of differences: what of a venue's word does not fit the book, and what became of it.

::

    open ──► adopted      a person had it booked
         ├─► explained    a person said what it is; nothing was booked
         ├─► superseded   a later comparison found another amount, or a fill was adopted that moved the asset
         └─► settled      a later comparison found that the venue and the book agree again
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from tradebook.journal.projections import ViewChange
from tradebook.journal.records import Recorded
from tradebook.kernel.messages import Event
from tradebook.trading import events as e
from tradebook.trading.model.contracts import position_key
from tradebook.trading.model.difference_folds import moved_by

if TYPE_CHECKING:
    from asyncpg import Connection, Record

INSERT_DIFFERENCE = """
insert into trading.differences (account_id, difference_id, kind, subject, detail, figures, found_position,
                                 found_at, status, last_position)
values ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $7)
on conflict (account_id, difference_id) do nothing
"""

# What stood is open no more without a decision about it.
CLOSE_STANDING = """
update trading.differences set status = $3, closed_position = $4, closed_at = $5, last_position = $4
where account_id = $1 and subject = any($2::text[]) and status = 'open'
"""

DECIDE = """
update trading.differences
set status = $3, closed_position = $4, closed_at = $5, decided_by = $6, reason = $7, last_position = $4
where account_id = $1 and difference_id = $2
"""

SELECT_DIFFERENCES = """
select * from trading.differences
where account_id = $1 and found_position < $2 and (not $3 or status = 'open')
order by found_position desc limit $4
"""

SELECT_FOUND_POSITION = """
select found_position from trading.differences where account_id = $1 and difference_id = $2
"""


class DifferenceStatus(StrEnum):
    """Whether a person has to look at it, else what became of it."""

    OPEN = "open"
    ADOPTED = "adopted"
    EXPLAINED = "explained"
    SUPERSEDED = "superseded"
    SETTLED = "settled"


class ClosureDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Why a difference is open no more."""

    position: str
    """Of the event in the journal: a decision, or the later comparison."""
    at: datetime
    by: str | None
    """Who decided: ``user:<id>`` or ``key:<id>``; null where nobody had to."""
    reason: str | None
    """In that person's words."""


class DifferenceDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A difference on the wire."""

    difference_id: str
    account_id: str
    kind: str
    """``balance``, ``position``, ``unmatched_fill``, ``outside_order``, or another word for what does not
    fit."""
    detail: str
    figures: dict[str, str]
    """Of a balance: asset, venue, book and difference (the venue's minus the book's); of a position the same,
    with position instead of asset: the instrument, and in hedge mode its side."""
    adoptable: bool
    """Whether it can be booked; all can be explained."""
    found_position: str
    """Of the event of the comparison that found it."""
    found_at: datetime
    status: DifferenceStatus
    closure: ClosureDocument | None


ADOPTABLE = frozenset({e.BALANCE, e.UNMATCHED_FILL})
_figures = msgspec.json.Decoder(dict[str, str])


def difference_document(row: Record) -> DifferenceDocument:
    """A row of the view in its wire form."""
    status = DifferenceStatus(row["status"])
    closure = None
    if status is not DifferenceStatus.OPEN:
        closure = ClosureDocument(
            position=str(row["closed_position"]),
            at=row["closed_at"],
            by=row["decided_by"],
            reason=row["reason"],
        )
    return DifferenceDocument(
        difference_id=row["difference_id"],
        account_id=row["account_id"],
        kind=row["kind"],
        detail=row["detail"],
        figures=_figures.decode(row["figures"]),
        adoptable=row["kind"] in ADOPTABLE,
        found_position=str(row["found_position"]),
        found_at=row["found_at"],
        status=status,
        closure=closure,
    )


class DifferencesProjection:
    """Writes ``trading.differences``: they are few, so each is written as it comes."""

    name = "trading.differences"
    version = 1
    tables = ("trading.differences",)
    handles: frozenset[type[Event]] = frozenset(
        {e.DifferenceFound, e.BalanceAdjusted, e.UnmatchedFillAdopted, e.DifferenceResolved}
    )

    def forget(self) -> None:
        """Nothing is cached."""

    async def project(self, connection: Connection, batch: Sequence[Recorded]) -> Sequence[ViewChange]:
        """See Projection."""
        for recorded in batch:
            match recorded.event:
                case e.DifferenceFound() as found:
                    await _find(connection, recorded.position, found)
                case e.BalanceAdjusted() | e.UnmatchedFillAdopted() | e.DifferenceResolved() as decided:
                    await _decide(connection, recorded.position, decided)
                case _:
                    pass
        return []


async def _find(connection: Connection, position: int, found: e.DifferenceFound) -> None:
    subject = found.figures[e.STANDING[found.kind]] if found.kind in e.STANDING else None
    is_there = subject is None or bool(Decimal(found.figures["difference"]))
    if subject is not None:
        status = DifferenceStatus.SUPERSEDED if is_there else DifferenceStatus.SETTLED
        await connection.execute(CLOSE_STANDING, found.account_id, [subject], status, position, found.at)
    if is_there:
        await connection.execute(
            INSERT_DIFFERENCE,
            found.account_id,
            e.difference_id_of(found),
            found.kind,
            subject,
            found.detail,
            msgspec.json.encode(found.figures, order="sorted").decode(),
            position,
            found.at,
        )


async def _decide(connection: Connection, position: int, decided: e.DifferenceDecided) -> None:
    is_explained = isinstance(decided, e.DifferenceResolved)
    await connection.execute(
        DECIDE,
        decided.account_id,
        decided.difference_id,
        DifferenceStatus.EXPLAINED if is_explained else DifferenceStatus.ADOPTED,
        position,
        decided.at,
        decided.by,
        decided.reason,
    )
    if isinstance(decided, e.UnmatchedFillAdopted):
        moved: list[str] = [*moved_by(decided)]
        if decided.settled is not None:
            moved.append(position_key(decided.instrument_id, decided.position_side))
        await connection.execute(
            CLOSE_STANDING, decided.account_id, moved, DifferenceStatus.SUPERSEDED, position, decided.at
        )
