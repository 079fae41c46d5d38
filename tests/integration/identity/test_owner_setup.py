"""The first run, and the way back in."""

import asyncio
from datetime import timedelta

import pytest
from tests.support.identity_book import PASSWORD, Book

from tradebook.identity.events import DIRECTORY_STREAM
from tradebook.identity.secret_store import LinkPurpose
from tradebook.identity.service import IdentityService
from tradebook.kernel.errors import Conflict, InvalidInput, Unauthenticated

OWNER = {"email": "ada@example.org", "password": PASSWORD, "name": "Ada"}


async def test_the_owner_link_makes_the_owner_once(book: Book) -> None:
    link = await book.identity.owner_setup.owner_link()
    assert link.path == f"/setup?token={link.token}"
    status, tokens = await book.call("POST", "/v1/auth/setup", token=link.token, **OWNER)
    assert status == 201
    me = await book.me(tokens["access_token"])
    assert (me["role"], me["email"], me["name"], me["parties"]) == ("owner", "ada@example.org", "Ada", None)
    assert book.journal.events(DIRECTORY_STREAM) == ["OwnerRegistered", "PartyCreated"]
    status, problem = await book.call("POST", "/v1/auth/setup", token=link.token, **OWNER)
    assert (status, problem["code"]) == (409, "owner_exists")


async def test_a_wrong_expired_or_replaced_link_opens_nothing(book: Book) -> None:
    replaced = await book.identity.owner_setup.owner_link()
    link = await book.identity.owner_setup.owner_link()
    for token in ("guess", replaced.token):
        status, problem = await book.call("POST", "/v1/auth/setup", token=token, **OWNER)
        assert (status, problem["code"]) == (401, "link_invalid")
    book.clock.turn(timedelta(hours=24))
    assert (await book.call("POST", "/v1/auth/setup", token=link.token, **OWNER))[0] == 401
    assert not book.identity.owner_setup.has_owner()


async def test_a_link_survives_a_weak_password_and_a_journal_that_is_away(book: Book) -> None:
    link = await book.identity.owner_setup.owner_link()
    weak = OWNER | {"password": "password1234"}
    assert (await book.call("POST", "/v1/auth/setup", token=link.token, **weak))[0] == 422
    book.journal.away = True
    assert (await book.call("POST", "/v1/auth/setup", token=link.token, **OWNER))[0] == 503
    book.journal.away = False
    assert (await book.call("POST", "/v1/auth/setup", token=link.token, **OWNER))[0] == 201


async def test_of_two_who_use_the_link_at_once_one_becomes_owner(book: Book) -> None:
    link = await book.identity.owner_setup.owner_link()
    elsewhere = await book.another_process()

    async def attempt(identity: IdentityService, name: str) -> bool:
        try:
            await identity.owner_setup.register_with_link(
                link.token, email=f"{name}@example.org", password=PASSWORD, name=name
            )
        except (Conflict, Unauthenticated):
            return False
        return True

    outcomes = await asyncio.gather(attempt(book.identity, "ada"), attempt(elsewhere, "eve"))
    assert sorted(outcomes) == [False, True]
    assert book.journal.events(DIRECTORY_STREAM) == ["OwnerRegistered", "PartyCreated"]


async def test_settings_make_the_owner_without_a_person_and_only_once(book: Book) -> None:
    setup = book.identity.owner_setup
    await setup.register_from_settings(email=" Ada@Example.org ", password=PASSWORD, name="Owner")
    await setup.register_from_settings(email="eve@example.org", password=PASSWORD, name="Owner")
    assert (await book.me(await book.sign_in("ada@example.org")))["role"] == "owner"


async def test_settings_that_make_no_good_owner_are_refused(book: Book) -> None:
    setup = book.identity.owner_setup
    for email, password in (("no address", PASSWORD), ("ada@example.org", "password1234")):
        with pytest.raises(InvalidInput):
            await setup.register_from_settings(email=email, password=password, name="Owner")
    assert not setup.has_owner()


async def test_an_owner_who_is_locked_out_gets_in_through_the_server(book: Book) -> None:
    await book.owner()
    link = await book.identity.owner_setup.owner_link()
    assert link.purpose is LinkPurpose.RESET
    assert link.path.startswith("/password-reset?token=")
    new = "copper-lantern-drift-58"
    assert (await book.call("POST", "/v1/auth/password-reset", token=link.token, password=new))[0] == 200
    await book.sign_in("ada@example.org", new)
