"""The journal on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from time import perf_counter
from typing import Self

import asyncpg
from asyncpg.pgproto.pgproto import UUID

from tradebook.journal import metrics
from tradebook.journal.away import answering
from tradebook.journal.batch_writer import BatchWriter, Written
from tradebook.journal.catalogue import EventCatalogue
from tradebook.journal.decoding import RowDecoder
from tradebook.journal.encoding import AppendEncoder, EncodedAppend
from tradebook.journal.errors import JournalUnavailable
from tradebook.journal.fence import Fence
from tradebook.journal.group_commit import GroupCommitter, Outcome
from tradebook.journal.head_watch import HeadWatch
from tradebook.journal.pages import SharedPages, prefetched
from tradebook.journal.recent import HeadSignal, RecentEvents
from tradebook.journal.records import Append, Appended, Head, Recorded, Snapshot, StoredEvent
from tradebook.kernel.messages import Event

READ = """
select position, recorded_at, stream, version, type, schema, data, metadata
from journal.events where position > $1 and position <= $2 order by position
"""

READ_STREAM = """
select position, recorded_at, stream, version, type, schema, data, metadata
from journal.events where stream = $1 and version > $2 and version <= $3 and position <= $4 order by version
"""

LOAD_EVENTS = """
select type, schema, data
from journal.events where stream = $1 and version > $2 and version <= $3 order by version
"""

EVENTS_MENTIONING = """
select type, schema, data
from journal.events where stream = $1 and version > $2 and strpos(data, $3) > 0 order by version
"""

READ_STORED = """
select position, recorded_at, stream, version, type, schema, data, metadata, leaf, hash
from journal.events where position > $1 and position <= $2 order by position
"""

FIND_COMMAND = "select first_position, last_position, version from journal.commands where command_id = $1"

HEAD = "select position, hash, recorded_at from journal.head"

CREATE_PARTITIONS_AHEAD = "select journal.create_partitions_ahead()"

SAVE_SNAPSHOT = """
insert into journal.snapshots as kept (stream, schema, version, position, data) values ($1, $2, $3, $4, $5)
on conflict (stream, schema) do update
    set version = excluded.version, position = excluded.position, data = excluded.data
    where kept.version < excluded.version
"""

KEEP_SNAPSHOT = """
insert into journal.kept_snapshots (stream, schema, span, version, position, data)
values ($1, $2, $3, $4, $5, $6) on conflict do nothing
"""

LOAD_SNAPSHOT = (
    "select stream, version, position, schema, data from journal.snapshots where stream = $1 and schema = $2"
)

LOAD_SNAPSHOT_UNTIL = """
(select stream, version, position, schema, data from journal.snapshots
 where stream = $1 and schema = $2 and position <= $3)
union all
(select stream, version, position, schema, data from journal.kept_snapshots
 where stream = $1 and schema = $2 and position <= $3 order by span desc limit 1)
order by version desc limit 1
"""

POSITION_MAX = 2**63 - 1

TAIL_EVENTS_MAX = 1_000
OWN_COPY_WITHIN_S = 0.01
STREAM_PAGE_EVENTS = 1_000
LOAD_PAGE_EVENTS = 5_000


class PostgresJournal:
    """Implements ``ports.Journal``. Use it as an async context manager.

    It reads through the given pool; writing and listening have a connection each. Where others may come to
    write the same journal, a ``fence`` keeps this one from writing beside them.
    """

    def __init__(
        self, database_url: str, pool: asyncpg.Pool, catalogue: EventCatalogue, *, fence: Fence | None = None
    ) -> None:
        self._pool = pool
        self._encoder = AppendEncoder(catalogue)
        self._decoder = RowDecoder(catalogue)
        self._writer = BatchWriter(database_url, fence)
        self._committer = GroupCommitter(self._commit)
        self._signal = HeadSignal()
        self._watch = HeadWatch(database_url, self._hear)
        self._recent = RecentEvents()
        self._pages = SharedPages(self._read_page, TAIL_EVENTS_MAX)
        self._readers = 0
        self._unannounced = 0
        """Batches that are being committed, or are and will be announced in a moment."""

    async def __aenter__(self) -> Self:
        await self._watch.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._committer.close()
        await self._writer.close()
        await self._watch.close()

    async def _fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        with answering():
            return await self._pool.fetch(query, *arguments)

    async def _fetchrow(self, query: str, *arguments: object) -> asyncpg.Record | None:
        with answering():
            return await self._pool.fetchrow(query, *arguments)

    async def _execute(self, query: str, *arguments: object) -> None:
        with answering():
            await self._pool.execute(query, *arguments)

    def submit(self, append: Append) -> asyncio.Future[Appended]:
        return self._committer.submit(self._encoder.encode(append))

    @property
    def waiting_events(self) -> int:
        """Events that wait to be committed."""
        return self._committer.waiting_events

    @property
    def known_position(self) -> int:
        """The newest position that this process has heard of."""
        return self._signal.position

    async def append(self, append: Append) -> Appended:
        return await self.submit(append)

    async def _commit(self, batch: Sequence[EncodedAppend]) -> Sequence[Outcome]:
        self._unannounced += 1
        began = perf_counter()
        try:
            written = await self._writer.write(batch)
        except BaseException:
            self._unannounced -= 1
            metrics.COMMITS_FAILED.inc()
            raise
        metrics.COMMIT_S.observe(perf_counter() - began)
        metrics.BATCH_EVENTS.observe(sum(len(encoded.leaves) for encoded in batch))
        asyncio.get_running_loop().call_soon(self._announce, batch, written)
        return written.outcomes

    def _hear(self, position: int) -> None:
        """The database says that the journal has moved, by us perhaps: then readers are to find our copy."""
        if self._unannounced:
            asyncio.get_running_loop().call_later(OWN_COPY_WITHIN_S, self._signal.advance, position)
        else:
            self._signal.advance(position)

    def _announce(self, batch: Sequence[EncodedAppend], written: Written) -> None:
        """Tell the readers of this process; those of others hear the database's NOTIFY."""
        self._unannounced -= 1
        recorded_at, position = written.recorded_at, written.base
        if recorded_at is None:
            return
        events: list[Recorded] = []
        for encoded, outcome in zip(batch, written.outcomes, strict=True):
            if isinstance(outcome, Appended) and not outcome.repeated:
                position = outcome.last_position
                if self._readers:
                    events += _as_recorded(encoded, outcome, recorded_at)
        if events:
            self._recent.extend(written.base, events)
        self._signal.advance(position)

    async def find_command(self, command_id: str) -> Appended | None:
        try:
            id_ = UUID(command_id)
        except ValueError:
            return None
        row = await self._fetchrow(FIND_COMMAND, id_)
        return None if row is None else Appended(**dict(row), repeated=True)

    async def read_stream(
        self, stream: str, *, after_version: int = 0, until_position: int | None = None
    ) -> AsyncIterator[Sequence[Recorded]]:
        until = POSITION_MAX if until_position is None else until_position
        async for rows in prefetched(
            lambda after: self._fetch(READ_STREAM, stream, after, after + STREAM_PAGE_EVENTS, until),
            after=after_version,
            size=STREAM_PAGE_EVENTS,
        ):
            yield self._decoder.recorded(rows)

    async def load_events(self, stream: str, *, after_version: int = 0) -> AsyncIterator[Sequence[Event]]:
        async for rows in prefetched(
            lambda after: self._fetch(LOAD_EVENTS, stream, after, after + LOAD_PAGE_EVENTS),
            after=after_version,
            size=LOAD_PAGE_EVENTS,
        ):
            yield self._decoder.events(rows)

    async def events_mentioning(self, stream: str, text: str, *, after_version: int = 0) -> Sequence[Event]:
        return self._decoder.events(await self._fetch(EVENTS_MENTIONING, stream, after_version, text))

    async def read(self, *, after: int = 0, limit: int = 1000) -> Sequence[Recorded]:
        return self._decoder.recorded(await self._fetch(READ, after, after + limit))

    async def read_stored(self, *, after: int = 0, limit: int = 1000) -> Sequence[StoredEvent]:
        return [StoredEvent(**dict(row)) for row in await self._fetch(READ_STORED, after, after + limit)]

    async def tail(self, *, after: int) -> AsyncIterator[Sequence[Recorded]]:
        self._readers += 1
        try:
            while True:
                await self._signal.beyond(after)
                batch = self._recent.after(after, TAIL_EVENTS_MAX) or await self._pages.after(
                    after, head=self._signal.position
                )
                if not batch:
                    raise JournalUnavailable(
                        f"No event stands behind position {after}, where the head says one does."
                    )
                after = batch[-1].position
                yield batch
        finally:
            self._readers -= 1

    async def _read_page(self, after: int, limit: int) -> Sequence[Recorded]:
        events = await self.read(after=after, limit=limit)
        self._recent.follow_on(after, events)
        return events

    async def beyond(self, position: int) -> None:
        """Return once the journal has passed ``position``."""
        await self._signal.beyond(position)

    async def head(self) -> Head:
        [row] = await self._fetch(HEAD)
        return Head(**dict(row))

    async def create_partitions_ahead(self) -> None:
        """Maintenance: create the next partition of the journal before it is needed."""
        await self._execute(CREATE_PARTITIONS_AHEAD)

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        await self._execute(
            SAVE_SNAPSHOT,
            snapshot.stream,
            snapshot.schema,
            snapshot.version,
            snapshot.position,
            snapshot.data,
        )

    async def keep_snapshot(self, snapshot: Snapshot) -> None:
        await self._execute(
            KEEP_SNAPSHOT,
            snapshot.stream,
            snapshot.schema,
            snapshot.span,
            snapshot.version,
            snapshot.position,
            snapshot.data,
        )

    async def load_snapshot(
        self, stream: str, *, schema: int, until_position: int | None = None
    ) -> Snapshot | None:
        if until_position is None:
            row = await self._fetchrow(LOAD_SNAPSHOT, stream, schema)
        else:
            row = await self._fetchrow(LOAD_SNAPSHOT_UNTIL, stream, schema, until_position)
        return None if row is None else Snapshot(**dict(row))


def _as_recorded(encoded: EncodedAppend, outcome: Appended, recorded_at: datetime) -> list[Recorded]:
    append = encoded.append
    return [
        Recorded(
            position=outcome.first_position + index,
            recorded_at=recorded_at,
            stream=append.stream,
            version=append.expected_version + 1 + index,
            type=encoded.types[index],
            event=event,
            metadata=append.metadata,
        )
        for index, event in enumerate(append.events)
    ]
