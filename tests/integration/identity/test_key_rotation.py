"""Rotating the key-encryption key: nothing is lost, whenever it is interrupted and whoever connects."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from tests.support.credentials import SECRET, Venue, keys_at_hand, secrets
from tests.support.identity import RowJournal, TurnedClock
from tests.support.web import principal

from tradebook.identity.principal import Principal
from tradebook.identity.venue_credentials.events import KEYS_STREAM
from tradebook.identity.venue_credentials.keys import (
    Binding,
    DataKey,
    KeyEncryption,
    Keyring,
    WrappedKey,
)
from tradebook.identity.venue_credentials.local_keys import FileKeys
from tradebook.identity.venue_credentials.places import keyring
from tradebook.identity.venue_credentials.rotation import Rotated, rotate_keys
from tradebook.identity.venue_credentials.service import VenueCredentials
from tradebook.identity.venue_credentials.store import CredentialStore
from tradebook.kernel.errors import NotFound, Unavailable
from tradebook.kernel.ids import AccountId

ACCOUNTS = [AccountId(f"a{n}") for n in range(5)]


async def nowhere(_: Principal, account_id: AccountId) -> str:
    raise NotFound("account", account_id)


class Process:
    """One of those that use the book: each has its own pool, and all the same file of keys."""

    def __init__(self, pool: asyncpg.Pool, journal: RowJournal, file: Path) -> None:
        self.store = CredentialStore(pool)
        self.keys: KeyEncryption = keyring(None, None, own_file=file, made_when=self.store.is_empty)
        self.journal = journal

    async def connect(self, account_id: AccountId) -> None:
        service = self._service()
        await service.connect(principal(), account_id, "moon", secrets(api_key=f"the key of {account_id}"))

    async def disconnect(self, account_id: AccountId) -> None:
        await self._service().disconnect(principal(), account_id)

    async def opens(self, account_id: AccountId) -> bool:
        return (await self._service().open_for(account_id)).reveal("secret") == SECRET

    async def rotate(self, keys: KeyEncryption | None = None) -> Rotated:
        return await rotate_keys(
            store=self.store, keys=keys or self.keys, journal=self.journal, clock=TurnedClock()
        )

    async def key_ids(self) -> set[str]:
        return {key_id for _, key_id in await self.store.accounts()}

    def _service(self) -> VenueCredentials:
        return VenueCredentials(
            journal=self.journal,
            store=self.store,
            keys=self.keys,
            clock=TurnedClock(),
            permission_checks={"moon": Venue()},
            venue_of=nowhere,
        )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "credentials.key"


@pytest.fixture
async def processes(database_url: str, file: Path) -> AsyncIterator[tuple[Process, Process]]:
    journal = RowJournal()
    async with (
        asyncpg.create_pool(database_url, min_size=1, max_size=4) as one,
        asyncpg.create_pool(database_url, min_size=1, max_size=4) as other,
    ):
        yield Process(one, journal, file), Process(other, journal, file)


def words_in(file: Path) -> list[str]:
    return file.read_text().split()


def move(file: Path, target: Path) -> None:
    file.rename(target)


async def test_every_data_key_moves_to_a_fresh_key_and_the_old_one_is_forgotten(
    processes: tuple[Process, Process], file: Path
) -> None:
    server, command = processes
    for account_id in ACCOUNTS:
        await server.connect(account_id)
    [before] = words_in(file)
    [old] = await server.key_ids()
    rotated = await command.rotate()
    assert rotated.rewrapped == len(ACCOUNTS)
    assert await command.key_ids() == {rotated.key_id} != {old}
    assert len(words_in(file)) == 1
    assert words_in(file) != [before]
    assert all([await server.opens(account_id) for account_id in ACCOUNTS])
    assert server.journal.events(KEYS_STREAM) == ["CredentialKeyRotated"]
    assert rotated.key_id in server.journal.rows[-1][2]
    again = await command.rotate()
    assert again.key_id != rotated.key_id
    assert server.journal.events(KEYS_STREAM) == ["CredentialKeyRotated"] * 2


class Interrupted(Keyring):
    """Ends after so many data keys."""

    def __init__(self, keys: KeyEncryption, left: int) -> None:
        super().__init__(keys)
        self.left = left

    async def wrap(self, data_key: DataKey, binding: Binding) -> WrappedKey:
        if not self.left:
            raise Unavailable("credentials_key_away", "The test took it away.")
        self.left -= 1
        return await super().wrap(data_key, binding)


async def test_an_interrupted_rotation_loses_nothing_and_goes_on_where_it_stopped(
    processes: tuple[Process, Process], file: Path
) -> None:
    server, command = processes
    for account_id in ACCOUNTS:
        await server.connect(account_id)
    with pytest.raises(Unavailable):
        await command.rotate(Interrupted(FileKeys(file), left=2))
    assert len(await server.key_ids()) == 2
    assert len(words_in(file)) == 2
    assert all([await server.opens(account_id) for account_id in ACCOUNTS])
    assert server.journal.events(KEYS_STREAM) == []
    assert (await command.rotate()).rewrapped == len(ACCOUNTS) - 2
    assert len(words_in(file)) == len(await server.key_ids()) == 1
    assert all([await server.opens(account_id) for account_id in ACCOUNTS])


class Raced(CredentialStore):
    """Somebody else does something between the last rewrapping and the giving up of the old key, once."""

    def __init__(self, pool: asyncpg.Pool, race: Callable[[], Awaitable[None]]) -> None:
        super().__init__(pool)
        self.races = [race]

    @asynccontextmanager
    async def keys_ending(self) -> AsyncIterator[None]:
        if self.races:
            await self.races.pop()()
        async with super().keys_ending():
            yield


async def test_who_connects_under_the_old_key_at_the_last_moment_is_moved_too(
    processes: tuple[Process, Process], database_url: str
) -> None:
    server, command = processes
    server.keys = keys_at_hand(1)  # it has read them before, and reads them no more
    await server.connect(ACCOUNTS[0])
    async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool:
        command.store = Raced(pool, lambda: server.connect(ACCOUNTS[1]))
        rotated = await command.rotate(keys_at_hand(2, 1))
        assert rotated.rewrapped == 2
        assert await command.key_ids() == {rotated.key_id}
    server.keys = keys_at_hand(2)
    assert await server.opens(ACCOUNTS[1])


class Removing(Keyring):
    """While the first data key is rewrapped, somebody gives another account's credential up."""

    def __init__(self, keys: KeyEncryption, server: Process) -> None:
        super().__init__(keys)
        self.left = ACCOUNTS[:2]
        self.server = server

    async def wrap(self, data_key: DataKey, binding: Binding) -> WrappedKey:
        for account_id in self.left:
            if account_id != binding["account_id"]:
                await self.server.disconnect(account_id)
        self.left = []
        return await super().wrap(data_key, binding)


async def test_what_is_removed_meanwhile_is_passed_over(processes: tuple[Process, Process]) -> None:
    server, command = processes
    for account_id in ACCOUNTS[:2]:
        await server.connect(account_id)
    rotated = await command.rotate(Removing(command.keys, server))
    assert rotated.rewrapped == len(await command.store.accounts()) == 1


async def test_credentials_move_to_another_place_of_keys(
    processes: tuple[Process, Process], file: Path
) -> None:
    server, command = processes
    await server.connect(ACCOUNTS[0])
    moved = Keyring(keys_at_hand(7), [FileKeys(file)])
    assert (await command.rotate(moved)).key_id == await keys_at_hand(7).current_key_id()
    assert len(words_in(file)) == 1  # the earlier place is the operator's to clear
    server.keys = keys_at_hand(7)
    assert await server.opens(ACCOUNTS[0])


async def test_a_book_restored_without_its_key_makes_no_other_and_says_so(
    processes: tuple[Process, Process], file: Path
) -> None:
    server, command = processes
    await server.connect(ACCOUNTS[0])
    move(file, file.with_name("kept"))
    for attempt in (server.connect(ACCOUNTS[1]), server.opens(ACCOUNTS[0]), command.rotate()):
        with pytest.raises(Unavailable) as raised:
            await attempt
        assert raised.value.code == "credentials_key_missing"
    move(file.with_name("kept"), file)
    assert await server.opens(ACCOUNTS[0])
