"""What the tests of identity stand on: a clock to turn, a journal of rows as text, erasable personal data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from cryptography.fernet import Fernet

from tradebook.identity.events import SCHEMAS
from tradebook.identity.passwords import Passwords
from tradebook.identity.venue_credentials import events as venue_credentials
from tradebook.journal.catalogue import EventCatalogue
from tradebook.journal.errors import JournalUnavailable
from tradebook.journal.memory import MemoryJournal
from tradebook.journal.records import Append, Appended
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


class RowJournal(MemoryJournal):
    """A journal in memory that a test can take away, and whose rows it can read."""

    def __init__(self) -> None:
        super().__init__(EventCatalogue((*SCHEMAS, *venue_credentials.SCHEMAS)), TurnedClock())
        self.away = False

    @property
    def rows(self) -> list[tuple[str, str, str, str]]:
        """Stream, type, data and metadata of every event, as the text that is stored."""
        return [(e.stream, e.type, e.data, e.metadata) for e in self._events]

    def events(self, stream: str) -> list[str]:
        """Short names of a stream's events."""
        return [type_.removeprefix("identity.") for at, type_, _, _ in self.rows if at == stream]

    async def append(self, append: Append) -> Appended:
        if self.away:
            raise JournalUnavailable("the test took it away")
        return await super().append(append)


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

    async def erase(self, party_id: PartyId) -> None:
        self.keys.pop(party_id, None)


def cheap_passwords() -> Passwords:
    """Real argon2id, with figures that let a test be fast."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
