"""Fills a journal with millions of rows in minutes: encoded, hashed and chained as appends are, then copied.

Streams, commands and head stay what the rows say, so that the book verifies. The events are sign-ins, which
no view and no process handles: a journal of this age, and a book of today.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import asyncpg

from tradebook.identity.events import SCHEMAS, SignedIn, session_stream
from tradebook.journal.catalogue import EventCatalogue
from tradebook.journal.encoding import AppendEncoder, EncodedAppend
from tradebook.journal.hashing import link, microseconds
from tradebook.journal.records import Append, Metadata
from tradebook.kernel.ids import UserId, new_id

CHUNK = 20_000
EVENTS_PER_STREAM = 10
PADDING = "u" * 400
"""Makes an event as long as a placed order's."""
EVENTS = (
    *("position", "recorded_at", "stream", "version", "type", "schema"),
    *("data", "metadata", "leaf", "hash"),
)
COMMANDS = ("command_id", "first_position", "last_position", "version")


async def fill(database_url: str, rows: int) -> None:
    """Add rows until the journal has so many. Nobody else may write meanwhile."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("set synchronous_commit = off")
        await connection.execute("select journal.create_partitions($1)", rows, timeout=60)
        encoder = AppendEncoder(EventCatalogue(SCHEMAS))
        run = new_id()
        chunks = count()
        while (room := rows - await _position(connection)) > 0:
            appends = _appends(encoder, f"{run}-{next(chunks)}", min(room, CHUNK))
            async with connection.transaction():
                await _add(connection, appends)
        await connection.execute(
            "vacuum analyze journal.events, journal.streams, journal.commands", timeout=900
        )
    finally:
        await connection.close()


async def _position(connection: asyncpg.Connection) -> int:
    position: int = await connection.fetchval("select position from journal.head")
    return position


def _appends(encoder: AppendEncoder, chunk: str, rows: int) -> list[EncodedAppend]:
    event = SignedIn(session_id=chunk, user_id=UserId(PADDING), at=datetime.now(UTC))
    return [
        encoder.encode(
            Append(
                stream=session_stream(f"{chunk}-{n // EVENTS_PER_STREAM}"),
                expected_version=n % EVENTS_PER_STREAM,
                events=[event],
                metadata=Metadata(actor="user:bench", command_id=new_id()),
            )
        )
        for n in range(rows)
    ]


async def _add(connection: asyncpg.Connection, appends: list[EncodedAppend]) -> None:
    [head] = await connection.fetch("select position, hash, recorded_at from journal.head for update")
    position, hash_ = head["position"], head["hash"]
    now = datetime.now(UTC)
    recorded_at = max(now, head["recorded_at"] or now)
    stamp = microseconds(recorded_at)
    events, commands, streams = [], [], {}
    for encoded in appends:
        position += 1
        stream, version, leaf = encoded.append.stream, encoded.append.expected_version + 1, encoded.leaves[0]
        hash_ = link(hash_, position, stamp, leaf)
        place = (position, recorded_at, stream, version)
        events.append(
            (*place, encoded.types[0], encoded.schemas[0], encoded.data[0], encoded.metadata, leaf, hash_)
        )
        commands.append((encoded.command_id, position, position, version))
        streams[stream] = version
    copy = connection.copy_records_to_table
    await copy("events", schema_name="journal", columns=EVENTS, records=events)
    await copy("commands", schema_name="journal", columns=COMMANDS, records=commands)
    await copy("streams", schema_name="journal", columns=("stream", "version"), records=streams.items())
    await connection.execute(
        "update journal.head set position = $1, hash = $2, recorded_at = $3", position, hash_, recorded_at
    )
