"""Somebody sees where they are signed in, and ends what they do not know."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.identity_book import PASSWORD, Book

from tradebook.identity.principal import Role
from tradebook.identity.sessions import LIFETIME


async def test_everybody_sees_their_own_sessions_and_which_one_asks(book: Book) -> None:
    first = await book.owner()
    book.clock.turn(timedelta(minutes=5))
    second = await book.owner()
    await book.member("bob@example.org", Role.TRADER)
    status, listed = await book.call("GET", "/v1/auth/sessions", first)
    assert status == 200
    [*_, oldest] = listed["items"]
    assert [each["current"] for each in listed["items"]].count(True) == 1
    assert oldest["current"]
    assert set(oldest) == {"id", "user_agent", "created_at", "last_used_at", "current"}
    _, seen = await book.call("GET", "/v1/auth/sessions", second)
    assert [each["id"] for each in seen["items"]] == [each["id"] for each in listed["items"]]


@pytest.mark.parametrize(
    ("named", "told"), [("curl/8.5.0", "curl/8.5.0"), ("x" * 400, "x" * 300), ("a\tb", ""), ("", "")]
)
async def test_a_session_tells_what_it_was_begun_with(book: Book, named: str, told: str) -> None:
    book.http.headers["user-agent"] = named
    token = await book.owner()
    _, listed = await book.call("GET", "/v1/auth/sessions", token)
    assert [each["user_agent"] for each in listed["items"] if each["current"]] == [told]


async def test_a_session_that_is_ended_stops_at_once_and_is_journaled(book: Book) -> None:
    kept = await book.owner()
    book.clock.turn(timedelta(minutes=1))
    _, lost = await book.call("POST", "/v1/auth/login", email="ada@example.org", password=PASSWORD)
    _, listed = await book.call("GET", "/v1/auth/sessions", kept)
    [other, _] = listed["items"]
    assert (await book.call("DELETE", f"/v1/auth/sessions/{other['id']}", kept))[0] == 204
    assert (await book.call("GET", "/v1/auth/me", lost["access_token"]))[0] == 401
    assert (await book.call("POST", "/v1/auth/refresh", refresh_token=lost["refresh_token"]))[0] == 401
    await book.me(kept)
    assert book.journal.events(f"session-{other['id']}") == ["SignedIn", "SignedOut"]
    assert (await book.call("DELETE", f"/v1/auth/sessions/{other['id']}", kept))[0] == 404


async def test_a_session_of_somebody_else_does_not_exist(book: Book) -> None:
    owner = await book.owner()
    bob = await book.member("bob@example.org", Role.ADMIN)
    _, listed = await book.call("GET", "/v1/auth/sessions", owner)
    for session in listed["items"]:
        assert (await book.call("DELETE", f"/v1/auth/sessions/{session['id']}", bob))[0] == 404
    await book.me(owner)


async def test_refreshing_dates_the_last_use(book: Book) -> None:
    await book.owner()
    _, tokens = await book.call("POST", "/v1/auth/login", email="ada@example.org", password=PASSWORD)
    book.clock.turn(timedelta(minutes=20))
    _, tokens = await book.call("POST", "/v1/auth/refresh", refresh_token=tokens["refresh_token"])
    _, listed = await book.call("GET", "/v1/auth/sessions", tokens["access_token"])
    [current] = [each for each in listed["items"] if each["current"]]
    assert current["last_used_at"] > current["created_at"]


async def test_what_has_expired_is_not_shown(book: Book) -> None:
    await book.owner()
    book.clock.turn(LIFETIME)
    _, listed = await book.call("GET", "/v1/auth/sessions", await book.owner())
    assert [each["current"] for each in listed["items"]] == [True]


async def test_a_key_has_no_sessions(book: Book) -> None:
    created = {"name": "bot", "scopes": ["read"]}
    _, key = await book.call("POST", "/v1/auth/keys", await book.owner(), **created)
    assert (await book.call("GET", "/v1/auth/sessions", key["api_key"]))[0] == 403
