"""The directory in memory, kept level with its journal stream, and the way to change it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import cast

from tradebook.identity.events import DIRECTORY_STREAM, DirectoryEvent
from tradebook.identity.model import Directory, evolve
from tradebook.journal.errors import VersionConflict
from tradebook.journal.ports import Journal
from tradebook.journal.records import Append, Metadata
from tradebook.kernel.ids import new_id

Decision = Callable[[Directory], Sequence[DirectoryEvent]]

ATTEMPTS_MAX = 5
"""Decisions are rare; losing this often against other processes means that something is wrong."""


class DirectoryStore:
    """Reads its own writes at once, and those of other processes with ``catch_up``."""

    def __init__(self, journal: Journal, on_change: Callable[[], None]) -> None:
        self._journal = journal
        self._on_change = on_change
        self._lock = asyncio.Lock()
        self.state = Directory()

    async def catch_up(self) -> None:
        """Fold what was appended behind our back."""
        async with self._lock:
            await self._catch_up()

    async def change(self, decision: Decision, *, actor: str, command_id: str = "") -> None:
        """Decide on the newest state and record; returns once it is durable and folded.

        With the ``command_id`` of an earlier change nothing more is recorded than was then.
        ``decision`` is called again when another process was faster. Raises what it raises, and what
        ``Journal.append`` raises.
        """
        async with self._lock:
            await self._catch_up()
            for attempt in range(1, ATTEMPTS_MAX + 1):
                events = decision(self.state)
                if not events:
                    return
                try:
                    appended = await self._journal.append(
                        Append(
                            stream=DIRECTORY_STREAM,
                            expected_version=self.state.version,
                            events=events,
                            metadata=Metadata(actor=actor, command_id=command_id or new_id()),
                        )
                    )
                except VersionConflict:
                    if attempt == ATTEMPTS_MAX:
                        raise
                    await self._catch_up()
                else:
                    if not appended.repeated:
                        self._fold(events)
                    return

    async def _catch_up(self) -> None:
        async for page in self._journal.read_stream(DIRECTORY_STREAM, after_version=self.state.version):
            self._fold([cast(DirectoryEvent, recorded.event) for recorded in page])

    def _fold(self, events: Sequence[DirectoryEvent]) -> None:
        for event in events:
            self.state = evolve(self.state, event)
        if events:
            self._on_change()
