"""Connecting an account: what is asked first, what is kept, what is recorded, who gets the secret."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from msgspec.structs import replace
from tests.support.credentials import (
    HARMLESS,
    SECRET,
    SENTENCE,
    VALUES,
    Venue,
    complaint,
    keys_at_hand,
    secrets,
)
from tests.support.identity import NOON, RowJournal, TurnedClock
from tests.support.web import principal

from tradebook.identity.principal import Principal, Role
from tradebook.identity.venue_credentials import service
from tradebook.identity.venue_credentials.events import credential_stream
from tradebook.identity.venue_credentials.keys import KeyEncryption
from tradebook.identity.venue_credentials.model import VenueCredential
from tradebook.identity.venue_credentials.permissions import (
    READ_ONLY_NOTE,
    TRADING_UNKNOWN_NOTE,
    KeyPermissions,
    PermissionCheck,
)
from tradebook.identity.venue_credentials.secret_fields import SecretFields
from tradebook.identity.venue_credentials.service import VenueCredentials
from tradebook.identity.venue_credentials.store import CredentialStore
from tradebook.journal.errors import JournalUnavailable, VersionConflict
from tradebook.journal.records import Append, Appended
from tradebook.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound, Refused, Unavailable
from tradebook.kernel.ids import AccountId

A1, A2 = AccountId("a1"), AccountId("a2")
SILENT = replace(HARMLESS, can_withdraw=None)
OWNER, ADMIN = principal(), principal(Role.ADMIN, user="u2")


async def nowhere(_: Principal, account_id: AccountId) -> str:
    raise NotFound("account", account_id)


@dataclass
class Desk:
    """The service, and what it stands on."""

    journal: RowJournal
    pool: asyncpg.Pool
    clock: TurnedClock
    venue: Venue

    def service(
        self, keys: KeyEncryption | None = None, *, check: PermissionCheck | None = None
    ) -> VenueCredentials:
        return VenueCredentials(
            journal=self.journal,
            store=CredentialStore(self.pool),
            keys=keys or keys_at_hand(1),
            clock=self.clock,
            permission_checks={"moon": check or self.venue},
            venue_of=nowhere,
        )

    async def connect(
        self, account_id: AccountId = A1, *, by: Principal = OWNER, more: Any = None, **given: Any
    ) -> VenueCredential:
        return await self.service().connect(by, account_id, "moon", secrets(**(more or {})), **given)

    async def rows(self) -> int:
        return int(await self.pool.fetchval("select count(*) from identity.venue_credentials"))

    def recorded(self, account_id: AccountId = A1) -> list[str]:
        return self.journal.events(credential_stream(account_id))


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool:
        yield Desk(RowJournal(), pool, TurnedClock(), Venue())


async def test_a_connected_account_opens_for_who_signs_and_shows_only_a_hint(desk: Desk) -> None:
    connected = await desk.connect()
    assert (connected.account_id, connected.venue, connected.hint) == (A1, "moon", "vmPU…x5Jr")
    assert (connected.since, connected.user_id, connected.note) == (NOON, "u1", "")
    assert await desk.service().register.get(A1) == connected
    opened = await desk.service().open_for(A1)
    assert {name: opened.reveal(name) for name in opened.names} == VALUES
    assert desk.recorded() == ["VenueCredentialAdded"]
    assert SECRET not in str(desk.journal.rows)
    assert [asked.reveal("secret") for asked in desk.venue.asked] == [SECRET]


async def test_an_account_without_a_credential_has_none(desk: Desk) -> None:
    for ask in (desk.service().register.get, desk.service().open_for):
        with pytest.raises(NotFound):
            await ask(A1)
    with pytest.raises(NotFound):
        await desk.service().disconnect(OWNER, A1)


async def test_a_venue_that_nobody_can_ask_is_not_connectable_yet(desk: Desk) -> None:
    with pytest.raises(Refused, match="Accounts at sun cannot be connected yet") as raised:
        await desk.service().connect(OWNER, A1, "sun", secrets())
    assert raised.value.code == "venue_not_connectable"
    assert desk.venue.asked == []


@pytest.mark.parametrize(
    ("says", "confirmed", "code", "told"),
    [
        (
            replace(HARMLESS, can_withdraw=True),
            None,
            "key_can_withdraw",
            "At moon, open the list of your API keys",
        ),
        (replace(HARMLESS, can_withdraw=True), SENTENCE, "key_can_withdraw", "make another key that cannot"),
        (SILENT, None, "withdrawal_unknown", "confirms it in a sentence"),
        (replace(HARMLESS, can_read=False), None, "key_cannot_read", "allow it to read"),
    ],
)
async def test_a_key_that_could_harm_is_refused_before_anything_is_kept(
    desk: Desk, says: Any, confirmed: str | None, code: str, told: str
) -> None:
    desk.venue.says = says
    with pytest.raises(Refused, match=told) as raised:
        await desk.connect(confirmed_by_owner=confirmed)
    assert raised.value.code == code
    assert await desk.rows() == 0
    assert desk.recorded() == []


@pytest.mark.parametrize("venue", ["binance", "bybit", "hyperliquid"])
async def test_the_instructions_name_where_the_venue_keeps_that(desk: Desk, venue: str) -> None:
    checks = {venue: Venue(replace(HARMLESS, can_withdraw=True))}
    service = VenueCredentials(
        journal=desk.journal,
        store=CredentialStore(desk.pool),
        keys=keys_at_hand(1),
        clock=desk.clock,
        permission_checks=checks,
        venue_of=nowhere,
    )
    with pytest.raises(Refused, match=rf"At {venue}, open (API|More)"):
        await service.connect(OWNER, A1, venue, secrets())


async def test_where_the_venue_cannot_tell_an_owner_confirms_and_it_is_recorded(desk: Desk) -> None:
    desk.venue.says = SILENT
    with pytest.raises(Forbidden, match="Only an owner"):
        await desk.connect(by=ADMIN, confirmed_by_owner=SENTENCE)
    connected = await desk.connect(confirmed_by_owner=f" {SENTENCE} ")
    assert connected.confirmation == SENTENCE
    assert await desk.service().register.get(A1) == connected
    assert desk.recorded() == ["VenueCredentialAdded", "WithdrawalRiskConfirmed"]
    assert any(SENTENCE in data for _, _, data, _ in desk.journal.rows)


async def test_nothing_is_confirmed_that_the_venue_tells_itself(desk: Desk) -> None:
    assert (await desk.connect(by=ADMIN, confirmed_by_owner=SENTENCE)).confirmation == ""
    assert desk.recorded() == ["VenueCredentialAdded"]


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("yes", "is no sentence"),
        ("x" * 501, "is no sentence"),
        (f"the key {SECRET} is fine", "repeats a secret"),
    ],
)
async def test_what_is_confirmed_is_a_sentence_without_a_secret(
    desk: Desk, sentence: str, problem: str
) -> None:
    desk.venue.says = SILENT
    with pytest.raises(InvalidInput, match=problem) as raised:
        await desk.connect(confirmed_by_owner=sentence)
    assert SECRET not in str(raised.value)
    assert desk.recorded() == []


@pytest.mark.parametrize(
    ("can_trade", "note"), [(True, ""), (False, READ_ONLY_NOTE), (None, TRADING_UNKNOWN_NOTE)]
)
async def test_a_key_that_cannot_trade_is_taken_with_a_note(
    desk: Desk, can_trade: bool | None, note: str
) -> None:
    desk.venue.says = replace(HARMLESS, can_trade=can_trade)
    assert (await desk.connect()).note == note


async def test_another_credential_replaces_the_one_before_and_destroys_it(desk: Desk) -> None:
    first = await desk.connect()
    desk.clock.turn(timedelta(hours=1))
    second = await desk.connect(more={"secret": "another"}, by=ADMIN)
    assert second.credential_id != first.credential_id
    assert (second.since, second.user_id) == (NOON + timedelta(hours=1), "u2")
    assert await desk.rows() == 1
    assert (await desk.service().open_for(A1)).reveal("secret") == "another"
    assert desk.recorded() == ["VenueCredentialAdded", "VenueCredentialReplaced"]
    assert first.credential_id in desk.journal.rows[-1][2]


async def test_a_refused_replacement_leaves_what_was(desk: Desk) -> None:
    first = await desk.connect()
    desk.venue.says = replace(HARMLESS, can_withdraw=True)
    with pytest.raises(Refused):
        await desk.connect(more={"secret": "another"})
    assert await desk.service().register.get(A1) == first
    assert (await desk.service().open_for(A1)).reveal("secret") == SECRET


async def test_a_removed_credential_is_gone_and_the_account_can_be_connected_again(desk: Desk) -> None:
    await desk.connect()
    await desk.service().disconnect(ADMIN, A1)
    assert await desk.rows() == 0
    with pytest.raises(NotFound):
        await desk.service().open_for(A1)
    await desk.connect()
    assert desk.recorded() == ["VenueCredentialAdded", "VenueCredentialRemoved", "VenueCredentialAdded"]


async def test_the_same_request_connects_once(desk: Desk) -> None:
    first = await desk.connect(command_id="0d2b1f5e-0000-8000-8000-000000000001")
    again = await desk.connect(command_id="0d2b1f5e-0000-8000-8000-000000000001")
    assert again == first
    assert desk.recorded() == ["VenueCredentialAdded"]
    assert (await desk.service().open_for(A1)).reveal("secret") == SECRET


async def test_a_request_that_comes_again_after_its_credential_was_removed_brings_nothing_back(
    desk: Desk,
) -> None:
    await desk.connect(command_id="0d2b1f5e-0000-8000-8000-000000000001")
    await desk.service().disconnect(OWNER, A1)
    with pytest.raises(Conflict, match="changed since"):
        await desk.connect(command_id="0d2b1f5e-0000-8000-8000-000000000001")
    assert await desk.rows() == 0
    with pytest.raises(NotFound):
        await desk.service().open_for(A1)


async def test_accounts_have_each_their_own_and_their_rows_cannot_be_swapped(desk: Desk) -> None:
    await desk.connect(A1)
    await desk.connect(A2, more={"api_key": "another key", "secret": "of the other"})
    assert [each.account_id for each, _ in await desk.service().register.list()] == [A1, A2]
    await desk.pool.execute(
        "update identity.venue_credentials c set wrapped_key = o.wrapped_key, sealed = o.sealed"
        " from identity.venue_credentials o where o.account_id <> c.account_id"
    )
    for account_id in (A1, A2):
        with pytest.raises(Refused, match="does not open"):
            await desk.service().open_for(account_id)


async def test_two_accounts_do_not_trade_by_one_key(desk: Desk) -> None:
    await desk.connect(A1)
    with pytest.raises(Conflict, match="Another account here trades by this key") as raised:
        await desk.connect(A2)
    assert raised.value.code == "credential_in_use"
    assert (await desk.rows(), desk.recorded(A2)) == (1, [])
    await desk.connect(A1, more={"secret": "made anew"})
    await desk.service().disconnect(OWNER, A1)
    assert (await desk.connect(A2)).account_id == A2


async def test_two_accounts_do_not_trade_one_account_of_a_venue_by_two_keys(desk: Desk) -> None:
    another_key = {"api_key": "another key", "secret": "of the other"}
    desk.venue.says = replace(HARMLESS, account="a digest")
    await desk.connect(A1)
    with pytest.raises(Conflict, match="same account at") as raised:
        await desk.connect(A2, more=another_key)
    assert raised.value.code == "venue_account_in_use"
    assert (await desk.rows(), desk.recorded(A2)) == (1, [])
    desk.venue.says = replace(HARMLESS, account="a digest of a sub-account")
    await desk.connect(A2, more=another_key)
    desk.venue.says = replace(HARMLESS, account="a digest")
    await desk.connect(A1, more={"secret": "made anew"})


async def test_without_the_journal_nothing_is_kept_and_nothing_destroyed(desk: Desk) -> None:
    desk.journal.away = True
    with pytest.raises(JournalUnavailable):
        await desk.connect()
    assert await desk.rows() == 0
    desk.journal.away = False
    await desk.connect()
    desk.journal.away = True
    with pytest.raises(JournalUnavailable):
        await desk.service().disconnect(OWNER, A1)
    assert await desk.rows() == 1


async def test_a_fact_whose_secret_was_lost_is_healed_by_connecting_again(desk: Desk) -> None:
    await desk.connect()
    await desk.pool.execute("delete from identity.venue_credentials")
    with pytest.raises(Conflict, match="connect it again") as raised:
        await desk.service().open_for(A1)
    assert raised.value.code == "credential_lost"
    assert await desk.service().register.list() == []
    await desk.connect()
    assert (await desk.service().open_for(A1)).reveal("secret") == SECRET


async def test_without_the_key_encryption_key_nothing_opens_and_it_says_which_is_missing(desk: Desk) -> None:
    await desk.connect()
    with pytest.raises(Refused, match="does not open"):
        await desk.service(keys_at_hand(2)).open_for(A1)


@pytest.mark.parametrize(
    ("raised_by_venue", "kind", "code"),
    [
        (complaint(), Refused, "venue_refused_key"),
        (Refused("moon_1", "This key is not known."), Refused, "moon_1"),
        (TimeoutError(SECRET), Unavailable, "venue_away"),
        (ConnectionError(SECRET), Unavailable, "venue_away"),
        (RuntimeError(f"GET /?signature={SECRET}"), Unavailable, "venue_away"),
    ],
)
async def test_what_the_venue_complains_of_is_told_without_the_secret(
    desk: Desk, raised_by_venue: Exception, kind: type[Exception], code: str
) -> None:
    desk.venue.says = raised_by_venue
    with pytest.raises(kind) as raised:
        await desk.connect()
    assert getattr(raised.value, "code", "") == code
    assert SECRET not in f"{raised.value} {vars(raised.value)}"
    assert raised.value.__context__ is None
    assert await desk.rows() == 0


async def test_a_venue_that_hangs_is_not_waited_for_without_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs(_: SecretFields) -> KeyPermissions:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    monkeypatch.setattr(service, "CHECK_S_MAX", 0.01)
    with pytest.raises(Unavailable, match="could not be asked"):
        await desk.service(check=hangs).connect(OWNER, A1, "moon", secrets())


async def test_of_two_processes_that_connect_at_once_one_wins_with_its_own_secret(desk: Desk) -> None:
    class Slow(RowJournal):
        """Lets both processes read before either records."""

        async def append(self, append: Append) -> Appended:
            await asyncio.sleep(0.05)
            return await super().append(append)

    desk.journal = Slow()
    attempts = [desk.service().connect(OWNER, A1, "moon", secrets(secret=name)) for name in ("one", "other")]
    first, second = await asyncio.gather(*attempts, return_exceptions=True)
    winner, loser = (first, second) if isinstance(first, VenueCredential) else (second, first)
    assert isinstance(winner, VenueCredential)
    assert isinstance(loser, VersionConflict)
    assert await desk.rows() == 1
    opened = await desk.service().open_for(A1)
    assert opened.reveal("secret") == ("one" if winner is first else "other")
