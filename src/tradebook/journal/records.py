"""What goes into the journal and what comes out of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tradebook.kernel.messages import Event, Value


class Metadata(Value, frozen=True, kw_only=True):
    """Who caused an event, and what it belongs to. Stored as canonical JSON beside the data, and hashed."""

    actor: str
    """``user:<id>``, ``key:<id>``, ``system:<part>``, ``venue:<name>``."""
    command_id: str
    """Id of the wish that led here; an append with a command id already recorded is a repetition."""
    correlation_id: str = ""
    """Id of the request or process that everything it set off shares."""
    causation_id: str = ""
    """Id of the command or event that directly caused the wish."""


class Append(msgspec.Struct, frozen=True, kw_only=True):
    """Events of one decision for one stream: recorded whole or not at all."""

    stream: str
    expected_version: int
    """Version of the last event that the decision saw; 0 for a new stream."""
    events: Sequence[Event]
    metadata: Metadata
    is_patient: bool = False
    """Nobody waits for the answer: it may wait a moment to share the commit of one that cannot."""


class Appended(msgspec.Struct, frozen=True, kw_only=True):
    """Where the events of an append stand in the one global order (positions are 1-based, gapless)."""

    first_position: int
    last_position: int
    version: int
    """Version of the stream after this append."""
    repeated: bool = False
    """True when the command id had been recorded before: the positions are those of the first time."""


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """An event read back, upcast to today's schema."""

    position: int
    recorded_at: datetime
    stream: str
    version: int
    type: str
    event: Event
    metadata: Metadata


class StoredEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A journal row, byte for byte as it was hashed."""

    position: int
    recorded_at: datetime
    stream: str
    version: int
    type: str
    schema: int
    data: str
    metadata: str
    leaf: bytes
    hash: bytes


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The newest position and the chain hash there (32 zero bytes at position 0)."""

    position: int
    hash: bytes
    recorded_at: datetime | None = None


KEPT_SNAPSHOT_VERSIONS = 10_000
"""Of so many versions of a stream one snapshot is kept for good: what a look into the past has to fold."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A folded state as of a stream version: a shortcut for loading, never evidence."""

    stream: str
    version: int
    position: int
    schema: int
    data: bytes

    @property
    def span(self) -> int:
        """Which stretch of versions it stands for among the kept ones."""
        return span_of(self.version)


def span_of(version: int) -> int:
    """The number of the stretch of KEPT_SNAPSHOT_VERSIONS versions that a version is in."""
    return version // KEPT_SNAPSHOT_VERSIONS
