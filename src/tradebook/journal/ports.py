"""The journal as the other rooms see it. Two stores implement it and pass one abstract test suite."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from tradebook.journal.records import Append, Appended, Head, Recorded, Snapshot, StoredEvent
from tradebook.kernel.messages import Event


class Journal(Protocol):
    """One gapless, hash-chained order of everything that happened."""

    async def append(self, append: Append) -> Appended:
        """Record one decision; returns after it is durable.

        Raises VersionConflict, JournalUnavailable (nothing was recorded) or JournalOutcomeUnknown.
        A command id that is already recorded answers with its first positions and ``repeated=True``.
        Concurrent appends share a commit; appends of one stream may be chained without waiting, each
        expecting the version that the one before will reach: when one fails, those behind it fail.
        """
        ...

    def submit(self, append: Append) -> asyncio.Future[Appended]:
        """Queue an append without waiting: ``append`` is this, awaited.

        Raises InvalidInput, or JournalUnavailable when too much is waiting already. Whoever chains appends
        discards the state folded ahead as soon as one future fails or answers ``repeated``: everything
        behind it on the stream fails with VersionConflict.
        """
        ...

    async def find_command(self, command_id: str) -> Appended | None:
        """Where an earlier append with this command id stands, if there was one."""
        ...

    def read_stream(
        self, stream: str, *, after_version: int = 0, until_position: int | None = None
    ) -> AsyncIterator[Sequence[Recorded]]:
        """Pages of a stream's events in order, upcast; up to a position of the journal where one is given."""
        ...

    def load_events(self, stream: str, *, after_version: int = 0) -> AsyncIterator[Sequence[Event]]:
        """The same without the envelope, several times faster: pages for folding a state.

        Versions are gapless, so the version reached is ``after_version`` plus the events seen.
        """
        ...

    async def events_mentioning(self, stream: str, text: str, *, after_version: int = 0) -> Sequence[Event]:
        """Events of a stream whose stored data contains the text, in order.

        The store goes through all of the stream behind ``after_version``: for what is rarely asked.
        """
        ...

    async def read(self, *, after: int = 0, limit: int = 1000) -> Sequence[Recorded]:
        """Up to ``limit`` events of all streams behind position ``after``."""
        ...

    async def read_stored(self, *, after: int = 0, limit: int = 1000) -> Sequence[StoredEvent]:
        """The rows as they were hashed."""
        ...

    def tail(self, *, after: int) -> AsyncIterator[Sequence[Recorded]]:
        """Everything behind ``after``, then everything that is committed from now on, in order, without end.

        Batches are at most 1,000 events. A slow reader reads from the store; nothing is queued for it.
        """
        ...

    async def head(self) -> Head:
        """The newest committed position."""
        ...

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        """Keep the snapshot if it is newer than the one kept."""
        ...

    async def keep_snapshot(self, snapshot: Snapshot) -> None:
        """Keep the snapshot for good, unless its span of versions has one already.

        At most one stays for every KEPT_SNAPSHOT_VERSIONS events, however often this is asked.
        """
        ...

    async def load_snapshot(
        self, stream: str, *, schema: int, until_position: int | None = None
    ) -> Snapshot | None:
        """The newest snapshot of the stream with exactly this schema.

        Where a position is given, the newest of all that are kept or saved and rest on nothing behind it.
        """
        ...
