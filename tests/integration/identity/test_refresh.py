"""Refresh tokens work once, but for an answer that was lost; any other second use ends the session."""

import asyncio
from datetime import timedelta

import jwt
from tests.support.identity_book import PASSWORD, Book

from tradebook.identity.principal import Role
from tradebook.identity.sessions import GRACE, LIFETIME, SUCCESSORS_MAX


async def signed_in(book: Book) -> dict[str, str]:
    await book.owner()
    _, tokens = await book.call("POST", "/v1/auth/login", email="ada@example.org", password=PASSWORD)
    return tokens


async def refresh(book: Book, tokens: dict[str, str]) -> tuple[int, dict[str, str]]:
    return await book.call("POST", "/v1/auth/refresh", refresh_token=tokens["refresh_token"])


def claims_of(tokens: dict[str, str]) -> dict[str, object]:
    return jwt.decode(tokens["access_token"], options={"verify_signature": False})


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


async def reuses(book: Book) -> list[str]:
    """The streams of sessions that ended because a token of theirs was reused."""
    return [stream for stream, type_, _, _ in book.journal.rows if type_ == "identity.RefreshTokenReused"]


async def test_a_token_reused_after_the_grace_ends_the_whole_session_and_is_journaled(book: Book) -> None:
    first = await signed_in(book)
    _, second = await refresh(book, first)
    book.clock.turn(GRACE + timedelta(seconds=1))
    assert (await refresh(book, first))[0] == 401
    assert (await refresh(book, second))[0] == 401
    for tokens in (first, second):
        assert (await book.call("GET", "/v1/auth/me", tokens["access_token"]))[0] == 401
    [reused] = await reuses(book)
    assert book.journal.events(reused) == ["SignedIn", "RefreshTokenReused"]
    assert (await refresh(book, first))[0] == 401


async def test_who_lost_the_answer_may_ask_again_within_the_grace(book: Book) -> None:
    first = await signed_in(book)
    await refresh(book, first)
    book.clock.turn(GRACE)
    status, third = await refresh(book, first)
    assert status == 200
    await book.me(third["access_token"])
    assert (await refresh(book, third))[0] == 200
    assert await reuses(book) == []


async def test_a_token_older_than_the_previous_one_has_no_grace(book: Book) -> None:
    first = await signed_in(book)
    _, second = await refresh(book, first)
    _, third = await refresh(book, second)
    assert (await refresh(book, first))[0] == 401
    assert (await refresh(book, third))[0] == 401
    assert len(await reuses(book)) == 1


async def test_of_two_holders_within_the_grace_one_is_found_out(book: Book) -> None:
    stolen = await signed_in(book)
    _, of_the_owner = await refresh(book, stolen)
    _, of_the_thief = await refresh(book, stolen)
    assert (await refresh(book, of_the_owner))[0] == 401
    assert (await refresh(book, of_the_thief))[0] == 401
    assert len(await reuses(book)) == 1


async def test_of_many_refreshes_at_once_only_the_last_one_counts(book: Book) -> None:
    tokens = await signed_in(book)
    answers = await asyncio.gather(*(refresh(book, tokens) for _ in range(8)))
    assert [status for status, _ in answers] == [200] * 8
    last = max((pair for _, pair in answers), key=lambda pair: str(claims_of(pair)["jti"]))
    assert (await refresh(book, last))[0] == 200
    lost = next(pair for _, pair in answers if pair is not last)
    assert (await refresh(book, lost))[0] == 401
    assert len(await reuses(book)) == 1


async def test_the_grace_is_not_for_ever_more_tokens(book: Book) -> None:
    tokens = await signed_in(book)
    answers = [(await refresh(book, tokens))[0] for _ in range(SUCCESSORS_MAX + 1)]
    assert answers == [200] * SUCCESSORS_MAX + [401]
    assert len(await reuses(book)) == 1


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
