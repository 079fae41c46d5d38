"""Passwords at the door, and how often one may knock."""

import asyncio
from datetime import timedelta
from unittest.mock import ANY

from tests.support.identity_book import PASSWORD, Book

from tradebook.identity.events import session_stream
from tradebook.identity.principal import Role
from tradebook.identity.secret_store import LinkPurpose

NEW_PASSWORD = "copper-lantern-drift-58"


async def login(book: Book, email: str, password: str) -> tuple[int, dict[str, str]]:
    return await book.call("POST", "/v1/auth/login", email=email, password=password)


async def test_signing_in_gives_tokens_and_is_journaled(book: Book) -> None:
    await book.owner()
    status, tokens = await login(book, "ADA@example.org ", PASSWORD)
    assert status == 200
    assert tokens == {
        "access_token": ANY,
        "refresh_token": ANY,
        "token_type": "Bearer",
        "expires_in": 900,
    }
    sessions = {stream for stream, type_, _, _ in book.journal.rows if type_ == "identity.SignedIn"}
    assert len(sessions) == 2


async def test_wrong_password_and_unknown_address_get_the_same_answer(book: Book) -> None:
    await book.owner()
    wrong = await login(book, "ada@example.org", "wrong")
    unknown = await login(book, "nobody@example.org", "wrong")
    assert wrong == unknown
    assert (wrong[0], wrong[1]["code"]) == (401, "invalid_credentials")


async def test_after_five_failures_even_the_right_password_waits(book: Book) -> None:
    await book.owner()
    for _ in range(5):
        assert (await login(book, "ada@example.org", "wrong"))[0] == 401
    status, problem = await login(book, "ada@example.org", PASSWORD)
    assert (status, problem["code"], problem["retry_after_s"]) == (429, "rate_limited", "300")
    book.clock.turn(timedelta(minutes=5))
    await book.sign_in("ada@example.org")


async def test_many_failures_leave_one_event(book: Book) -> None:
    await book.owner()
    for _ in range(20):
        await login(book, "ada@example.org", "wrong")
    failures = [data for _, type_, data, _ in book.journal.rows if type_ == "identity.SignInFailed"]
    assert len(failures) == 1
    assert '"failures":5' in failures[0]


async def test_an_address_that_tries_many_accounts_is_throttled(book: Book) -> None:
    for n in range(5):
        assert (await login(book, f"guess-{n}@example.org", "wrong"))[0] == 401
    assert (await login(book, "guess-6@example.org", "wrong"))[0] == 429


async def test_guesses_sent_at_once_do_not_slip_past(book: Book) -> None:
    await book.owner()
    answers = await asyncio.gather(*(login(book, "ada@example.org", f"guess-{n}") for n in range(12)))
    assert sorted(status for status, _ in answers) == [401] * 5 + [429] * 7


async def test_signing_in_rightly_never_throttles(book: Book) -> None:
    await book.owner()
    answers = await asyncio.gather(*(login(book, "ada@example.org", PASSWORD) for _ in range(12)))
    assert {status for status, _ in answers} == {200}


async def test_a_new_password_ends_every_session_and_the_answer_begins_one(book: Book) -> None:
    old = await book.owner()
    _, other = await login(book, "ada@example.org", PASSWORD)
    status, tokens = await book.call(
        "POST", "/v1/auth/password", old, current_password=PASSWORD, new_password=NEW_PASSWORD
    )
    assert status == 200
    assert (await book.me(tokens["access_token"]))["email"] == "ada@example.org"
    assert (await book.call("GET", "/v1/auth/me", old))[0] == 401
    assert (await book.call("POST", "/v1/auth/refresh", refresh_token=other["refresh_token"]))[0] == 401
    assert (await login(book, "ada@example.org", PASSWORD))[0] == 401
    assert (await login(book, "ada@example.org", NEW_PASSWORD))[0] == 200


async def test_a_thief_of_the_session_cannot_guess_the_password_either(book: Book) -> None:
    token = await book.owner()
    change = {"current_password": "guess", "new_password": NEW_PASSWORD}
    statuses = [(await book.call("POST", "/v1/auth/password", token, **change))[0] for _ in range(6)]
    assert statuses == [401] * 5 + [429]


async def test_an_admin_hands_over_a_reset_link_that_works_once(book: Book) -> None:
    trader = await book.member("bob@example.org", Role.TRADER)
    bob = (await book.me(trader))["user_id"]
    status, link = await book.call("POST", f"/v1/members/{bob}/password-reset", await book.owner())
    assert (status, link["purpose"]) == (201, LinkPurpose.RESET)
    weak = await book.call("POST", "/v1/auth/password-reset", token=link["token"], password="password1234")
    assert weak[0] == 422
    reset = {"token": link["token"], "password": NEW_PASSWORD}
    assert (await book.call("POST", "/v1/auth/password-reset", **reset))[0] == 200
    assert (await book.call("POST", "/v1/auth/password-reset", **reset))[0] == 401
    assert (await book.call("GET", "/v1/auth/me", trader))[0] == 401
    await book.sign_in("bob@example.org", NEW_PASSWORD)


async def test_sign_in_answers_only_once_the_journal_has_it(book: Book) -> None:
    await book.owner()
    book.journal.away = True
    assert (await login(book, "ada@example.org", PASSWORD))[0] == 503
    assert await book.pool.fetchval("select count(*) from identity.sessions") == 1


async def test_logging_out_ends_the_token_and_all_that_could_come_of_it(book: Book) -> None:
    kept = await book.owner()
    _, tokens = await login(book, "ada@example.org", PASSWORD)
    _, renewed = await book.call("POST", "/v1/auth/refresh", refresh_token=tokens["refresh_token"])
    for token in (tokens["access_token"], renewed["access_token"]):
        await book.me(token)
    assert (await book.call("POST", "/v1/auth/logout", renewed["access_token"]))[0] == 204
    for token in (tokens["access_token"], renewed["access_token"]):
        assert (await book.call("GET", "/v1/auth/me", token))[0] == 401
    assert (await book.call("POST", "/v1/auth/refresh", refresh_token=renewed["refresh_token"]))[0] == 401
    await book.me(kept)
    ended = [stream for stream, type_, _, _ in book.journal.rows if type_ == "identity.SignedOut"]
    assert book.journal.events(ended[0]) == ["SignedIn", "SignedOut"]
    assert ended == [session_stream(ended[0].removeprefix("session-"))]
