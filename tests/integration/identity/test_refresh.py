"""Refresh tokens work once; a second use means that somebody else has it too."""

import asyncio
from datetime import timedelta

from tests.support.identity_book import PASSWORD, Book

from tradebook.identity.principal import Role
from tradebook.identity.sessions import LIFETIME


async def signed_in(book: Book) -> dict[str, str]:
    await book.owner()
    _, tokens = await book.call("POST", "/v1/auth/login", email="ada@example.org", password=PASSWORD)
    return tokens


async def refresh(book: Book, tokens: dict[str, str]) -> tuple[int, dict[str, str]]:
    return await book.call("POST", "/v1/auth/refresh", refresh_token=tokens["refresh_token"])


async def test_each_refresh_brings_the_next_pair(book: Book) -> None:
    tokens = await signed_in(book)
    seen = {tokens["refresh_token"]}
    for _ in range(3):
        book.clock.turn(timedelta(minutes=20))
        assert (await book.call("GET", "/v1/auth/me", tokens["access_token"]))[0] == 401
        status, tokens = await refresh(book, tokens)
        assert status == 200
        await book.me(tokens["access_token"])
        seen.add(tokens["refresh_token"])
    assert len(seen) == 4


async def test_a_reused_token_ends_the_whole_session_and_is_journaled(book: Book) -> None:
    first = await signed_in(book)
    _, second = await refresh(book, first)
    assert (await refresh(book, first))[0] == 401
    assert (await refresh(book, second))[0] == 401
    for tokens in (first, second):
        assert (await book.call("GET", "/v1/auth/me", tokens["access_token"]))[0] == 401
    reused = [stream for stream, type_, _, _ in book.journal.rows if type_ == "identity.RefreshTokenReused"]
    assert len(reused) == 1
    assert book.journal.events(reused[0]) == ["SignedIn", "RefreshTokenReused"]
    assert (await refresh(book, first))[0] == 401


async def test_of_many_refreshes_at_once_one_at_most_succeeds(book: Book) -> None:
    tokens = await signed_in(book)
    answers = await asyncio.gather(*(refresh(book, tokens) for _ in range(8)))
    assert sorted(status for status, _ in answers) == [200] + [401] * 7
    winner = next(answer for status, answer in answers if status == 200)
    assert (await refresh(book, winner))[0] == 401


async def test_unknown_and_outlived_tokens_are_refused(book: Book) -> None:
    tokens = await signed_in(book)
    assert (await refresh(book, {"refresh_token": "never-issued"}))[0] == 401
    book.clock.turn(LIFETIME)
    assert (await refresh(book, tokens))[0] == 401


async def test_who_was_removed_refreshes_nothing(book: Book) -> None:
    bob = await book.me(await book.member("bob@example.org", Role.TRADER))
    _, tokens = await book.call("POST", "/v1/auth/login", email="bob@example.org", password=PASSWORD)
    await book.call("DELETE", f"/v1/members/{bob['user_id']}", await book.owner())
    assert (await refresh(book, tokens))[0] == 401


async def test_what_has_expired_is_cleared_away(book: Book) -> None:
    await signed_in(book)
    _, tokens = await book.call("POST", "/v1/auth/login", email="ada@example.org", password=PASSWORD)
    await book.call("POST", "/v1/auth/logout", tokens["access_token"])
    await book.identity.owner_setup.owner_link()
    book.clock.turn(LIFETIME)
    await book.identity.prune()
    for table in ("sessions", "refresh_tokens", "ended_sessions", "one_time_links"):
        assert await book.pool.fetchval(f"select count(*) from identity.{table}") == 0
