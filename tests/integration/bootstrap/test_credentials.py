"""Venue credentials as the server and the commands have them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis
from tests.support.credentials import SECRET, Venue, secrets
from tests.support.web import principal

from tradebook.bootstrap.book import Book
from tradebook.bootstrap.catalogue import catalogue
from tradebook.bootstrap.credentials import venue_credentials
from tradebook.bootstrap.foundation import Foundation
from tradebook.identity.venue_credentials.service import VenueCredentials
from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.settings import Settings
from tradebook.journal.postgres import PostgresJournal
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.errors import NotFound
from tradebook.kernel.ids import AccountId, Asset, PartyId, new_id
from tradebook.trading.services.known_accounts import AccountFacts, KnownAccounts
from tradebook.trading.writer import AccountWriter

ACCOUNT = AccountId("a1")


@pytest.fixture
async def base(database_url: str, tmp_path: Path) -> AsyncIterator[Foundation]:
    directory = DataDirectory(tmp_path / "data")
    directory.prepare()
    async with (
        asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool,
        PostgresJournal(database_url, pool, catalogue()) as journal,
    ):
        redis = Redis.from_url("redis://127.0.0.1:1")  # never asked
        settings = Settings(data_dir=directory.root)
        yield Foundation(settings, directory, SystemClock(), database_url, "", pool, redis, journal)


def service(base: Foundation) -> VenueCredentials:
    known = KnownAccounts(AccountWriter(base.journal), {})
    known.remember(ACCOUNT, AccountFacts(PartyId("p1"), "moon", Asset("USDT"), False))
    return venue_credentials(base, known, permission_checks={"moon": Venue()})


async def test_an_account_is_looked_up_where_it_trades_by_who_may_see_it(base: Foundation) -> None:
    credentials = service(base)
    assert await credentials.venue_of(principal(), ACCOUNT) == "moon"
    with pytest.raises(NotFound):
        await credentials.venue_of(principal(parties=frozenset({"p2"})), ACCOUNT)
    with pytest.raises(NotFound):
        await credentials.venue_of(principal(), AccountId("nobody"))


async def test_the_commands_list_what_the_server_connected_and_rotate_its_key(base: Foundation) -> None:
    await service(base).connect(principal(), ACCOUNT, "moon", secrets(), command_id=new_id())
    [before] = await Book(base).credentials()
    assert (before["account_id"], before["venue"], before["hint"]) == (ACCOUNT, "moon", "vmPU…x5Jr")
    assert (before["can_trade"], before["can_withdraw"]) == (True, False)
    assert SECRET not in str(before)
    rotated = await Book(base).rotate_credentials_key()
    assert rotated["rewrapped"] == 1
    [after] = await Book(base).credentials()
    assert after == {**before, "key_id": rotated["key_id"]}
    assert after["key_id"] != before["key_id"]
    assert (await service(base).open_for(ACCOUNT)).reveal("secret") == SECRET


async def test_a_book_without_credentials_has_nothing_to_list(base: Foundation) -> None:
    assert await Book(base).credentials() == []
    assert (await Book(base).rotate_credentials_key())["rewrapped"] == 0
