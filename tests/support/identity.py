"""What the tests of identity stand on: a clock to turn, a journal of rows as text, erasable personal data."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from cryptography.fernet import Fernet

from tradebook.identity.events import SCHEMAS
from tradebook.identity.passwords import Passwords
from tradebook.journal.catalogue import EventCatalogue
from tradebook.journal.errors import JournalUnavailable, VersionConflict
from tradebook.journal.records import Append, Appended, Head, Metadata, Recorded, Snapshot, StoredEvent
from tradebook.kernel import wire
from tradebook.kernel.ids import PartyId

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class TurnedClock:
    """Stands still until it is turned."""

    def __init__(self, now: datetime = NOON) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.turn(timedelta(seconds=seconds))

    def turn(self, by: timedelta) -> None:
        self.time += by


class RowJournal:
    """Keeps what identity appends as the text that would be stored."""

    def __init__(self) -> None:
        self.catalogue = EventCatalogue(SCHEMAS)
        self.rows: list[tuple[str, str, str, str]] = []
        self.away = False

    def events(self, stream: str) -> list[str]:
        return [type_.removeprefix("identity.") for at, type_, _, _ in self.rows if at == stream]

    async def append(self, append: Append) -> Appended:
        if self.away:
            raise JournalUnavailable("the test took it away")
        version = len(self.events(append.stream))
        if version != append.expected_version:
            raise VersionConflict(append.stream, append.expected_version)
        for event in append.events:
            type_ = self.catalogue.schema_of(event).name
            metadata = wire.encode(append.metadata).decode()
            self.rows.append((append.stream, type_, wire.encode(event).decode(), metadata))
        last = len(self.rows)
        return Appended(
            first_position=last - len(append.events) + 1,
            last_position=last,
            version=version + len(append.events),
        )

    async def read_stream(self, stream: str, *, after_version: int = 0) -> AsyncIterator[Sequence[Recorded]]:
        mine = [(position, row) for position, row in enumerate(self.rows, 1) if row[0] == stream]
        page = [
            Recorded(
                position=position,
                recorded_at=NOON,
                stream=stream,
                version=version,
                type=type_,
                event=self.catalogue.decode(type_, 1, data),
                metadata=wire.decode(metadata, Metadata),
            )
            for version, (position, (_, type_, data, metadata)) in enumerate(mine, 1)
            if version > after_version
        ]
        if page:
            yield page

    async def find_command(self, command_id: str) -> Appended | None:
        raise NotImplementedError

    async def read(self, *, after: int = 0, limit: int = 1000) -> Sequence[Recorded]:
        raise NotImplementedError

    async def read_stored(self, *, after: int = 0, limit: int = 1000) -> Sequence[StoredEvent]:
        raise NotImplementedError

    def tail(self, *, after: int) -> AsyncIterator[Sequence[Recorded]]:
        raise NotImplementedError

    async def head(self) -> Head:
        raise NotImplementedError

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        raise NotImplementedError

    async def load_snapshot(self, stream: str, *, schema: int) -> Snapshot | None:
        raise NotImplementedError


class SealedInMemory:
    """A key per party; erasing is dropping it."""

    def __init__(self) -> None:
        self.keys: dict[PartyId, Fernet] = {}

    async def encrypt(self, party_id: PartyId, text: str) -> str:
        key = self.keys.setdefault(party_id, Fernet(Fernet.generate_key()))
        return key.encrypt(text.encode()).decode()

    async def decrypt(self, party_id: PartyId, sealed: str) -> str | None:
        key = self.keys.get(party_id)
        return None if key is None else key.decrypt(sealed.encode()).decode()


def cheap_passwords() -> Passwords:
    """Real argon2id, with figures that let a test be fast."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
