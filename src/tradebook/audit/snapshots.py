"""Are snapshots what the events fold to? Loading trusts them, so an audit must not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

import asyncpg

from tradebook.journal.ports import Journal
from tradebook.kernel.messages import Event

STREAMS = """
select stream from journal.snapshots where schema = $1 and starts_with(stream, $2)
union
select stream from journal.kept_snapshots where schema = $1 and starts_with(stream, $2)
order by stream
"""
OF_STREAM = """
select version, data from journal.snapshots where schema = $1 and stream = $2
union all
select version, data from journal.kept_snapshots where schema = $1 and stream = $2
"""
DIFFERENCES_MAX = 20

S = TypeVar("S")


class Folding(Protocol[S]):
    """How the events of a stream become a state."""

    SNAPSHOT_SCHEMA: int

    def initial(self) -> S:
        """Before the first event."""
        ...

    def evolve(self, state: S, event: Event, /) -> S:
        """After one more."""
        ...

    def load(self, data: bytes, /) -> S:
        """From a snapshot."""
        ...


async def compare_snapshots(
    pool: asyncpg.Pool, journal: Journal, folding: Folding[S], *, prefix: str
) -> Sequence[str]:
    """Differences between snapshots of the streams that begin with ``prefix`` and what the events give."""
    differences: list[str] = []
    for (stream,) in await pool.fetch(STREAMS, folding.SNAPSHOT_SCHEMA, prefix):
        snapshots = await pool.fetch(OF_STREAM, folding.SNAPSHOT_SCHEMA, stream)
        differences += [
            f"the snapshot of {stream} at version {version} is not what its events give"
            for version in await _wrong(journal, folding, stream, snapshots)
        ]
        if len(differences) >= DIFFERENCES_MAX:
            break
    return differences[:DIFFERENCES_MAX]


async def _wrong(
    journal: Journal, folding: Folding[S], stream: str, snapshots: Sequence[asyncpg.Record]
) -> list[int]:
    """Versions whose snapshot differs, or that the stream has not reached."""
    unseen: dict[int, list[bytes]] = {}
    for version, data in snapshots:
        unseen.setdefault(version, []).append(data)
    wrong: list[int] = []
    state, version = folding.initial(), 0
    async for page in journal.load_events(stream):
        for event in page:
            state, version = folding.evolve(state, event), version + 1
            if any(_load(folding, data) != state for data in unseen.pop(version, ())):
                wrong.append(version)
        if not unseen:
            break
    return [*wrong, *sorted(unseen)]


def _load(folding: Folding[S], data: bytes) -> S | None:
    try:
        return folding.load(data)
    except Exception:  # noqa: BLE001  # whatever cannot be read is no state
        return None
