"""The journal in memory, for tests and simulation: the same batches, order, versions, chain and refusals."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from tradebook.journal.catalogue import EventCatalogue
from tradebook.journal.decoding import RowDecoder
from tradebook.journal.encoding import AppendEncoder, EncodedAppend
from tradebook.journal.errors import JournalOutcomeUnknown, JournalUnavailable, VersionConflict
from tradebook.journal.group_commit import GroupCommitter, Outcome
from tradebook.journal.hashing import GENESIS, link, microseconds
from tradebook.journal.recent import HeadSignal
from tradebook.journal.records import Append, Appended, Head, Recorded, Snapshot, StoredEvent
from tradebook.kernel.clock import Clock
from tradebook.kernel.messages import Event

PAGE_EVENTS = 1_000


class MemoryJournal:
    """Implements ``ports.Journal``; time comes from the given clock. ``fail_next`` lets a commit go wrong."""

    def __init__(self, catalogue: EventCatalogue, clock: Clock) -> None:
        self._clock = clock
        self._encoder = AppendEncoder(catalogue)
        self._decoder = RowDecoder(catalogue)
        self._committer = GroupCommitter(self._commit, patience_s=0)
        self._signal = HeadSignal()
        self._events: list[StoredEvent] = []
        self._streams: dict[str, list[StoredEvent]] = {}
        self._commands: dict[str, Appended] = {}
        self._snapshots: dict[tuple[str, int], Snapshot] = {}
        self._kept: dict[tuple[str, int, int], Snapshot] = {}
        self._failure: JournalUnavailable | JournalOutcomeUnknown | None = None
        self._recorded_despite_failure = False

    def fail_next(self, error: JournalUnavailable | JournalOutcomeUnknown, *, recorded: bool = False) -> None:
        """Let the next commit answer with ``error``, having recorded the batch all the same or not."""
        self._failure, self._recorded_despite_failure = error, recorded

    def submit(self, append: Append) -> asyncio.Future[Appended]:
        return self._committer.submit(self._encoder.encode(append))

    async def append(self, append: Append) -> Appended:
        return await self.submit(append)

    async def _commit(self, batch: Sequence[EncodedAppend]) -> Sequence[Outcome]:
        await asyncio.sleep(0)  # the next batch collects meanwhile, as it does with a database
        failure, self._failure = self._failure, None
        if failure is not None and not self._recorded_despite_failure:
            raise failure
        lost: set[str] = set()
        seen: set[str] = set()
        moment = self._clock.now()
        if self._events:
            moment = max(moment, self._events[-1].recorded_at)
        outcomes = [self._record(encoded, moment, lost, seen) for encoded in batch]
        asyncio.get_running_loop().call_soon(self._signal.advance, len(self._events))
        if failure is not None:
            raise failure
        return outcomes

    def _record(self, encoded: EncodedAppend, moment: datetime, lost: set[str], seen: set[str]) -> Outcome:
        """One append of a batch; ``lost`` streams and ``seen`` command ids are those of the batch so far."""
        append, command_id = encoded.append, str(encoded.command_id)
        stream = self._streams.get(append.stream, [])
        earlier = self._commands.get(command_id)
        again = earlier is not None or command_id in seen
        seen.add(command_id)
        if again or append.stream in lost or len(stream) != append.expected_version:
            lost.add(append.stream)
            return earlier or VersionConflict(append.stream, append.expected_version)
        first = len(self._events) + 1
        for index, leaf in enumerate(encoded.leaves):
            position = first + index
            previous = self._events[-1].hash if self._events else GENESIS
            event = StoredEvent(
                position=position,
                recorded_at=moment,
                stream=append.stream,
                version=append.expected_version + 1 + index,
                type=encoded.types[index],
                schema=encoded.schemas[index],
                data=encoded.data[index],
                metadata=encoded.metadata,
                leaf=leaf,
                hash=link(previous, position, microseconds(moment), leaf),
            )
            self._events.append(event)
            self._streams.setdefault(append.stream, []).append(event)
        last, version = len(self._events), len(self._streams[append.stream])
        self._commands[command_id] = Appended(
            first_position=first, last_position=last, version=version, repeated=True
        )
        return Appended(first_position=first, last_position=last, version=version)

    async def find_command(self, command_id: str) -> Appended | None:
        return self._commands.get(command_id)

    async def read_stream(
        self, stream: str, *, after_version: int = 0, until_position: int | None = None
    ) -> AsyncIterator[Sequence[Recorded]]:
        while page := self._streams.get(stream, [])[after_version : after_version + PAGE_EVENTS]:
            after_version += len(page)
            wanted = [event for event in page if until_position is None or event.position <= until_position]
            if wanted:
                yield self._decode(wanted)
            if len(wanted) < len(page):
                return

    async def load_events(self, stream: str, *, after_version: int = 0) -> AsyncIterator[Sequence[Event]]:
        async for page in self.read_stream(stream, after_version=after_version):
            yield [recorded.event for recorded in page]

    async def events_mentioning(self, stream: str, text: str, *, after_version: int = 0) -> Sequence[Event]:
        stored = self._streams.get(stream, [])[after_version:]
        return [each.event for each in self._decode([each for each in stored if text in each.data])]

    async def read(self, *, after: int = 0, limit: int = 1000) -> Sequence[Recorded]:
        return self._decode(self._events[after : after + limit])

    async def read_stored(self, *, after: int = 0, limit: int = 1000) -> Sequence[StoredEvent]:
        return self._events[after : after + limit]

    async def tail(self, *, after: int) -> AsyncIterator[Sequence[Recorded]]:
        while True:
            await self._signal.beyond(after)
            page = self._decode(self._events[after : after + PAGE_EVENTS])
            after = page[-1].position
            yield page

    async def head(self) -> Head:
        if not self._events:
            return Head(position=0, hash=GENESIS)
        last = self._events[-1]
        return Head(position=last.position, hash=last.hash, recorded_at=last.recorded_at)

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        key = (snapshot.stream, snapshot.schema)
        kept = self._snapshots.get(key)
        if kept is None or kept.version < snapshot.version:
            self._snapshots[key] = snapshot

    async def keep_snapshot(self, snapshot: Snapshot) -> None:
        self._kept.setdefault((snapshot.stream, snapshot.schema, snapshot.span), snapshot)

    async def load_snapshot(
        self, stream: str, *, schema: int, until_position: int | None = None
    ) -> Snapshot | None:
        newest = self._snapshots.get((stream, schema))
        if until_position is None:
            return newest
        every = [*self._kept.values(), *([newest] if newest is not None else [])]
        fitting = [
            each
            for each in every
            if (each.stream, each.schema) == (stream, schema) and each.position <= until_position
        ]
        return max(fitting, key=lambda each: each.version, default=None)

    def _decode(self, page: Sequence[StoredEvent]) -> list[Recorded]:
        return self._decoder.recorded(
            (e.position, e.recorded_at, e.stream, e.version, e.type, e.schema, e.data, e.metadata)
            for e in page
        )
