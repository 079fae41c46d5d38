"""An account whose credential does not open stays out, says why, and comes in as soon as it opens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import pytest
from tests.support.credentials import HARMLESS, SECRET, secrets
from tests.support.streams import FakeNetwork
from tests.support.venue_memory import CursorsInMemory
from tests.support.virtual_time import VirtualClock, run
from tests.unit.venues.accounts.examples import AT, MAIN, FakeSide

from tradebook.bootstrap.connectable import ConnectedByCredentials
from tradebook.identity.venue_credentials.model import VenueCredential
from tradebook.identity.venue_credentials.permissions import KeyPermissions
from tradebook.identity.venue_credentials.secret_fields import SecretFields
from tradebook.journal.errors import JournalUnavailable
from tradebook.kernel.errors import InvalidInput, NotFound, Unavailable
from tradebook.kernel.ids import AccountId, UserId
from tradebook.trading.ports import AccountStage
from tradebook.venues.accounts.real_venue import RealVenue
from tradebook.venues.accounts.side import AccountSide
from tradebook.venues.binance.capabilities import SPOT
from tradebook.venues.errors import NotConnected

AWAY = Unavailable("credentials_key_away", "Vault cannot be used now.")


class Credentials:
    """As ``VenueCredentials``: one account's, under a key that is at hand or away."""

    def __init__(self) -> None:
        self.register = self
        self.not_read: Exception | None = None
        self.error: Exception | None = None
        self.is_there = True
        self.opened = 0

    async def list(self) -> list[tuple[VenueCredential, str]]:
        return [(await self.get(MAIN), "key")]

    async def get(self, account_id: AccountId) -> VenueCredential:
        if self.not_read is not None:
            raise self.not_read
        if not self.is_there:
            raise NotFound("venue credential of account", account_id)
        return VenueCredential(
            credential_id="c1",
            account_id=account_id,
            venue="moon",
            hint="abc",
            permissions=HARMLESS,
            since=AT,
            user_id=UserId("u1"),
        )

    async def open_for(self, _: AccountId) -> SecretFields:
        self.opened += 1
        await asyncio.sleep(1)
        if self.error is not None:
            raise self.error
        return secrets()


class Moon:
    """Implements ``Connectable``."""

    def __init__(self, clock: VirtualClock) -> None:
        self.complaint: InvalidInput | None = None
        self.venue = RealVenue(
            "moon",
            SPOT,
            connector=FakeNetwork().connect,
            clock=clock,
            chance=Random(1),
            cursors=CursorsInMemory(),
        )

    def side_of(self, _: SecretFields) -> AccountSide:
        if self.complaint is not None:
            raise self.complaint
        return FakeSide()

    async def permissions(self, _: SecretFields) -> KeyPermissions:
        return HARMLESS


class Server:
    """What is wired of it."""

    def __init__(self) -> None:
        clock = VirtualClock()
        self.moon = Moon(clock)
        self.credentials: Any = Credentials()
        self.connected = ConnectedByCredentials([self.moon], clock, Random(1))

    async def follow(self) -> None:
        await self.connected.follow(self.credentials, MAIN)

    def problem(self) -> str:
        [account] = self.moon.venue.health().accounts
        assert account.stage is AccountStage.CONNECTING
        return account.problem

    def is_connected(self) -> bool:
        return MAIN in self.moon.venue._sides


@asynccontextmanager
async def started(error: Exception | None) -> AsyncIterator[Server]:
    server = Server()
    server.credentials.error = error
    await server.connected.connect(server.credentials)
    task = asyncio.create_task(server.connected.run(server.credentials))
    try:
        yield server
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_an_account_comes_in_once_the_place_of_its_key_is_back() -> None:
    async def story() -> None:
        async with started(AWAY) as server:
            assert server.problem() == "Vault cannot be used now."
            with pytest.raises(NotConnected, match="Vault cannot be used now"):
                await server.moon.venue.compare(MAIN)
            await asyncio.sleep(600)
            assert not server.is_connected()
            assert 10 < server.credentials.opened < 30  # a pause that grows to a minute
            server.credentials.error = None
            await asyncio.sleep(61)
            assert server.is_connected()
            opened = server.credentials.opened
            await asyncio.sleep(600)
            assert server.credentials.opened == opened

    run(story())


def test_one_that_its_venue_cannot_use_says_so_and_repeats_no_secret() -> None:
    async def story() -> None:
        async with started(AWAY) as server:
            server.credentials.error = None
            server.moon.complaint = InvalidInput("secrets.secret", f"{SECRET} is no key", "paste it again")
            await server.follow()
            assert "is no key" in server.problem()
            assert SECRET not in server.problem()
            server.moon.complaint = None
            await asyncio.sleep(61)
            assert server.is_connected()

    run(story())


def test_an_account_that_is_connected_trades_on_while_its_new_credential_does_not_open() -> None:
    async def story() -> None:
        async with started(None) as server:
            assert server.is_connected()
            server.credentials.error = AWAY
            await server.follow()
            assert server.is_connected()
            assert server.moon.venue.health().accounts == ()

    run(story())


def test_one_whose_credential_is_taken_away_meanwhile_is_tried_no_more() -> None:
    async def story() -> None:
        async with started(AWAY) as server:
            server.credentials.is_there = False
            await server.follow()
            assert server.moon.venue.health().accounts == ()
            opened = server.credentials.opened
            await asyncio.sleep(600)
            assert server.credentials.opened == opened

    run(story())


@pytest.mark.parametrize("error", [ConnectionError("away"), JournalUnavailable("It does not answer.")])
def test_a_database_that_is_away_ends_nothing(error: Exception) -> None:
    async def story() -> None:
        async with started(AWAY) as server:
            server.credentials.not_read = error
            await asyncio.sleep(120)
            server.credentials.not_read = server.credentials.error = None
            await asyncio.sleep(61)
            assert server.is_connected()

    run(story())


def test_a_credential_that_cannot_be_read_when_it_is_kept_is_followed_later() -> None:
    async def story() -> None:
        async with started(AWAY) as server:
            server.credentials.is_there = False
            await server.follow()
            server.credentials.is_there, server.credentials.error = True, None
            server.credentials.not_read = ConnectionError("away")
            await server.follow()
            server.credentials.not_read = None
            await asyncio.sleep(61)
            assert server.is_connected()

    run(story())
