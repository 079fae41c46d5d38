"""Writes batches over a connection of its own, and finds out what became of one whose answer was lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec
from asyncpg.prepared_stmt import PreparedStatement

from tradebook.infra.arrays import numbers, texts
from tradebook.infra.database import DATABASE_ERRORS
from tradebook.journal.encoding import EncodedAppend
from tradebook.journal.errors import JournalOutcomeUnknown, JournalUnavailable, VersionConflict
from tradebook.journal.fence import Fence
from tradebook.journal.group_commit import Outcome
from tradebook.journal.records import Appended

APPEND = """
select * from journal.append(
    $1::text::text[], $2::text::bigint[], $3::text::int[], $4::text::uuid[],
    $5::text::text[], $6::text::bigint[], $7::text::text[], $8::text::smallint[], $9, $10, $11, $12)
"""

SESSION = "select backend_start from pg_stat_activity where pid = pg_backend_pid()"

END_SESSION = (
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid = $1 and backend_start = $2"
)

FIND_COMMANDS = """
select c.command_id, c.first_position, c.last_position, c.version, e.leaf
from journal.commands c join journal.events e on e.position = c.first_position
where c.command_id = any($1::text::uuid[])
"""

OTHER_EPOCH = "TBEPO"
REPLACED = "Another process serves this database now."

APPEND_TIMEOUT_S = 15.0
CONNECT_TIMEOUT_S = 5.0
RECOVERY_TIMEOUT_S = 15.0
RECOVERY_PAUSE_S = 0.1

_SETTINGS = {
    "application_name": "tradebook journal",
    "statement_timeout": "10000",
    "lock_timeout": "10000",
    "synchronous_commit": "on",  # whatever the database or the role is set to: an answer follows the commit
}


class Written(msgspec.Struct, frozen=True):
    """What became of a batch. Without ``recorded_at`` it was found again after a lost answer."""

    base: int
    recorded_at: datetime | None
    outcomes: Sequence[Outcome]


class _Session(msgspec.Struct, frozen=True):
    connection: asyncpg.Connection
    append: PreparedStatement
    pid: int
    started_at: datetime


class BatchWriter:
    """One batch at a time. Reconnects when the next batch comes."""

    def __init__(self, database_url: str, fence: Fence | None = None) -> None:
        self._url = database_url
        self._fence = fence
        self._session: _Session | None = None

    async def write(self, batch: Sequence[EncodedAppend]) -> Written:
        """Record a batch in one transaction.

        Raises JournalUnavailable when nothing of it was recorded, JournalOutcomeUnknown when the
        connection broke and the database could not be asked what became of the batch. Behind a broken fence
        nothing is recorded.
        """
        if self._fence is not None and self._fence.is_broken:
            raise JournalUnavailable(REPLACED)
        session = self._session
        if session is None or session.connection.is_closed():
            session = await self._connect()
        arguments = (*_columns(batch), None if self._fence is None else self._fence.epoch)
        try:
            row = (await session.append.fetch(*arguments, timeout=APPEND_TIMEOUT_S))[0]
        except asyncpg.PostgresError as error:
            if self._fence is not None and error.sqlstate == OTHER_EPOCH:
                self._fence.break_down()
                raise JournalUnavailable(REPLACED) from error
            if not _ends_session(error):  # the server answered: it took the transaction back
                raise JournalUnavailable(f"The database refused the batch: {error}.") from error
        except (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            pass
        else:
            return _read_answer(row, batch)
        self._drop(session)
        return await self._recover(session, batch)

    async def close(self) -> None:
        """End the session."""
        if self._session is not None:
            await self._session.connection.close(timeout=CONNECT_TIMEOUT_S)
            self._session = None

    async def _connect(self) -> _Session:
        try:
            connection = await asyncpg.connect(
                self._url,
                timeout=CONNECT_TIMEOUT_S,
                command_timeout=CONNECT_TIMEOUT_S,
                server_settings=_SETTINGS,
            )
            self._session = _Session(
                connection,
                await connection.prepare(APPEND),
                connection.get_server_pid(),
                await connection.fetchval(SESSION),
            )
        except DATABASE_ERRORS as error:
            raise JournalUnavailable(f"The database cannot be reached: {error}.") from error
        return self._session

    def _drop(self, session: _Session) -> None:
        session.connection.terminate()
        self._session = None

    async def _recover(self, lost: _Session, batch: Sequence[EncodedAppend]) -> Written:
        try:
            async with asyncio.timeout(RECOVERY_TIMEOUT_S):
                found = await self._ask_again(lost, batch)
        except TimeoutError:
            raise JournalOutcomeUnknown(
                "The connection broke during a commit and the database cannot be asked what became of it."
            ) from None
        return Written(0, None, _outcomes_found(batch, found))

    async def _ask_again(self, lost: _Session, batch: Sequence[EncodedAppend]) -> list[asyncpg.Record]:
        """End the lost session first: until it is gone, it could still commit."""
        while True:
            try:
                connection = (await self._connect()).connection
                if await connection.fetchval(END_SESSION, lost.pid, lost.started_at) is not False:
                    return await connection.fetch(
                        FIND_COMMANDS, texts([append.command_id for append in batch])
                    )
            except (JournalUnavailable, *DATABASE_ERRORS):
                self._session = None
            await asyncio.sleep(RECOVERY_PAUSE_S)


def _ends_session(error: asyncpg.PostgresError) -> bool:
    """Whether the error closes the connection: then a commit may have gone before it unanswered."""
    sqlstate = str(error.sqlstate)
    return sqlstate.startswith("08") or sqlstate in {"57P01", "57P02", "57P03", "57P05"}


def _columns(batch: Sequence[EncodedAppend]) -> tuple[object, ...]:
    """Parameters of journal.append, all but the epoch."""
    streams: list[str] = []
    versions: list[int] = []
    types: list[str] = []
    schemas: list[int] = []
    data: list[str] = []
    metadata: list[str] = []
    leaves: list[bytes] = []
    for encoded in batch:
        append, count = encoded.append, len(encoded.leaves)
        expected = append.expected_version
        streams += [append.stream] * count
        versions += range(expected + 1, expected + count + 1)
        types += encoded.types
        schemas += encoded.schemas
        data += encoded.data
        metadata += [encoded.metadata] * count
        leaves += encoded.leaves
    return (
        texts([encoded.append.stream for encoded in batch]),
        numbers([encoded.append.expected_version for encoded in batch]),
        numbers([len(encoded.leaves) for encoded in batch]),
        texts([encoded.command_id for encoded in batch]),
        texts(streams),
        numbers(versions),
        texts(types),
        numbers(schemas),
        data,
        metadata,
        leaves,
    )


def _read_answer(row: asyncpg.Record, batch: Sequence[EncodedAppend]) -> Written:
    base, recorded_at, lost_numbers, firsts, lasts, versions = row
    lost = {}
    if lost_numbers is not None:
        lost = {
            number - 1: standing
            for number, *standing in zip(lost_numbers, firsts, lasts, versions, strict=True)
        }
    outcomes: list[Outcome] = []
    position = base
    for index, encoded in enumerate(batch):
        append, count = encoded.append, len(encoded.leaves)
        if index in lost:
            first, last, version = lost[index]
            outcomes.append(
                VersionConflict(append.stream, append.expected_version)
                if first is None
                else Appended(first_position=first, last_position=last, version=version, repeated=True)
            )
            continue
        outcomes.append(
            Appended(
                first_position=position + 1,
                last_position=position + count,
                version=append.expected_version + count,
            )
        )
        position += count
    return Written(base, recorded_at, outcomes)


def _outcomes_found(batch: Sequence[EncodedAppend], found: Sequence[asyncpg.Record]) -> list[Outcome]:
    """A batch is one transaction: when one append of it stands, those that do not stand had lost."""
    standing = {str(row["command_id"]): row for row in found}
    outcomes: list[Outcome] = []
    committed = False
    for encoded in batch:
        row = standing.get(encoded.command_id)
        if row is None:
            outcomes.append(VersionConflict(encoded.append.stream, encoded.append.expected_version))
            continue
        repeated = row["leaf"] != encoded.leaves[0]
        committed = committed or not repeated
        outcomes.append(
            Appended(
                first_position=row["first_position"],
                last_position=row["last_position"],
                version=row["version"],
                repeated=repeated,
            )
        )
    if not committed:
        raise JournalUnavailable("The connection broke before the commit; nothing was recorded.")
    return outcomes
