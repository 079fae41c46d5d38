"""From an append to the bytes that are stored and hashed, before any lock is taken."""

from __future__ import annotations

import re
from hashlib import sha256

import msgspec

from tradebook.journal.catalogue import EventCatalogue
from tradebook.journal.hashing import LEAF_DOMAIN, field, kind_fields
from tradebook.journal.records import Append
from tradebook.kernel import wire
from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.messages import Event

APPEND_EVENTS_MAX = 40_000
"""An append is whole or not at all, so this bounds what one decision can bring about: below what may wait for
a commit, and far above what a decider's own bounds let come to be (trading: three times OPEN_ORDERS_MAX)."""
EVENT_BYTES_MAX = 1 << 20
STREAM_LENGTH_MAX = 200

_CANONICAL_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch


class EncodedAppend(msgspec.Struct, frozen=True):
    """An append in its stored form. The lists run in parallel, one element an event."""

    append: Append
    command_id: str
    metadata: str
    types: list[str]
    schemas: list[int]
    data: list[str]
    leaves: list[bytes]


class AppendEncoder:
    """Encodes and hashes appends; a few microseconds each."""

    def __init__(self, catalogue: EventCatalogue) -> None:
        self._catalogue = catalogue
        self._kinds: dict[type[Event], tuple[str, int, bytes]] = {}

    def encode(self, append: Append) -> EncodedAppend:
        """Raises InvalidInput where the store would refuse the whole batch because of this one append."""
        _check(append)
        metadata = wire.encode(append.metadata)
        metadata_field = field(metadata)
        before_version = LEAF_DOMAIN + field(append.stream.encode())
        version = append.expected_version
        types, schemas, data, leaves = [], [], [], []
        for event in append.events:
            version += 1
            name, schema, kind = self._kinds.get(type(event)) or self._kind(event)
            raw = wire.encode(event)
            if len(raw) > EVENT_BYTES_MAX:
                raise InvalidInput("event", f"{len(raw)} bytes", f"keep events under {EVENT_BYTES_MAX} bytes")
            parts = (before_version, field(b"%d" % version), kind, metadata_field, field(raw))
            leaves.append(sha256(b"".join(parts)).digest())
            types.append(name)
            schemas.append(schema)
            data.append(raw.decode())
        return EncodedAppend(append, _command_id(append), metadata.decode(), types, schemas, data, leaves)

    def _kind(self, event: Event) -> tuple[str, int, bytes]:
        schema = self._catalogue.schema_of(event)
        kind = (schema.name, schema.version, kind_fields(schema.name, schema.version))
        self._kinds[type(event)] = kind
        return kind


def _check(append: Append) -> None:
    stream = append.stream
    if not 0 < len(stream) <= STREAM_LENGTH_MAX or "\0" in stream:
        raise InvalidInput(
            "stream", "empty, too long or not text", f"use 1 to {STREAM_LENGTH_MAX} characters"
        )
    if not 0 < len(append.events) <= APPEND_EVENTS_MAX:
        raise InvalidInput(
            "events", f"{len(append.events)} in one append", f"append 1 to {APPEND_EVENTS_MAX} at a time"
        )
    if append.expected_version < 0:
        raise InvalidInput("expected_version", "negative", "use 0 for a new stream")


def _command_id(append: Append) -> str:
    command_id = append.metadata.command_id
    if not _CANONICAL_UUID(command_id):
        raise InvalidInput("command_id", "not a UUID in canonical form", "make ids with kernel.ids")
    return command_id
