"""Tokens are verified once and remembered, never longer than they are good."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Annotated, Any

import asyncpg
import httpx
import jwt
import pytest
from fastapi import Depends, FastAPI
from structlog.testing import capture_logs
from tests.support.identity_book import PASSWORD, Book

from tradebook.identity import authenticator as authenticator_module
from tradebook.identity import service
from tradebook.identity.guard import authenticate_header, caller
from tradebook.identity.principal import Principal, Role, Scope
from tradebook.identity.sessions import GRACE
from tradebook.kernel.errors import Unauthenticated


async def test_a_token_is_verified_once_and_then_remembered(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await book.owner()
    authenticator = book.identity.authenticator
    assert authenticator.recall(token) is None
    principal = await authenticator.authenticate(token)
    monkeypatch.setattr(jwt, "decode", None)
    assert authenticator.recall(token) is principal
    assert await authenticator.authenticate(token) is principal


async def test_what_is_remembered_expires_with_the_token(book: Book) -> None:
    token = await book.owner()
    authenticator = book.identity.authenticator
    principal = await authenticator.authenticate(token)
    book.clock.turn(principal.expires_at - book.clock.now() - timedelta(seconds=1))
    assert authenticator.recall(token) is principal
    book.clock.turn(timedelta(seconds=1))
    assert authenticator.recall(token) is None
    with pytest.raises(Unauthenticated):
        await authenticator.authenticate(token)


async def test_only_so_many_tokens_are_remembered(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authenticator_module, "REMEMBERED_MAX", 2)
    authenticator = book.identity.authenticator
    tokens = [await book.owner() for _ in range(3)]
    for token in tokens:
        await authenticator.authenticate(token)
    assert [authenticator.recall(token) is not None for token in tokens] == [False, True, True]


async def test_a_session_ended_elsewhere_ends_here_with_the_next_look(book: Book) -> None:
    token = await book.owner()
    elsewhere = await book.another_process()
    await elsewhere.authenticator.authenticate(token)
    await book.call("POST", "/v1/auth/logout", token)
    await elsewhere.authenticator.catch_up()
    with pytest.raises(Unauthenticated):
        await elsewhere.authenticator.authenticate(token)
    started_later = await book.another_process()
    with pytest.raises(Unauthenticated):
        await started_later.authenticator.authenticate(token)


async def test_a_member_or_key_made_elsewhere_is_known_at_once(book: Book) -> None:
    elsewhere = await book.another_process()
    token = await book.member("bob@example.org", Role.TRADER)
    _, key = await book.call("POST", "/v1/auth/keys", token, name="bot", scopes=["read"])
    assert (await elsewhere.authenticator.authenticate(key["api_key"])).role is Role.TRADER
    assert (await elsewhere.authenticator.authenticate(token)).role is Role.TRADER


async def test_a_key_revoked_while_it_is_looked_up_is_not_remembered(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await book.owner()
    _, key = await book.call("POST", "/v1/auth/keys", owner, name="bot", scopes=["read"])
    principal = await book.identity.authenticator.authenticate(owner)
    pool = book.identity.authenticator._pool

    async def revoke_meanwhile(*arguments: Any) -> object:
        found = await pool.fetchval(*arguments)
        await book.identity.api_keys.revoke(principal, key["key_id"])
        return found

    monkeypatch.setattr(book.identity.authenticator, "_pool", SimpleNamespace(fetchval=revoke_meanwhile))
    with pytest.raises(Unauthenticated):
        await book.identity.authenticator.authenticate(key["api_key"])
    assert book.identity.authenticator.recall(key["api_key"]) is None


async def test_a_token_of_a_book_that_is_not_this_one_is_refused(book: Book) -> None:
    """Signed by our key, but for somebody this directory does not know."""
    keys = book.identity.signing_keys
    claims = jwt.decode(await book.owner(), options={"verify_signature": False}) | {"sub": "stranger"}
    token = jwt.encode(claims, keys.private, algorithm="EdDSA", headers={"kid": keys.kid})
    with pytest.raises(Unauthenticated):
        await book.identity.authenticator.authenticate(token)


@pytest.mark.parametrize("token", ["", ".", "..", "x" * 5000, "tb_" + "x" * 5000, "tb_\x00_\x00", "é.é.é"])
async def test_rubbish_is_refused(book: Book, token: str) -> None:
    with pytest.raises(Unauthenticated):
        await book.identity.authenticator.authenticate(token)


async def test_the_watch_outlives_an_outage(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes: list[Exception | None] = [asyncpg.InterfaceError("gone"), OSError("refused"), None, None]
    pruned = []

    async def catch_up() -> None:
        if not outcomes:
            raise asyncio.CancelledError
        outcome = outcomes.pop(0)
        if outcome is not None:
            raise outcome

    async def prune() -> None:
        pruned.append(book.clock.now())

    monkeypatch.setattr(service, "POLLS_PER_PRUNE", 4)
    monkeypatch.setattr(book.identity.authenticator, "catch_up", catch_up)
    monkeypatch.setattr(book.identity, "prune", prune)
    with capture_logs() as logs, pytest.raises(asyncio.CancelledError):
        await book.identity.run()
    assert [entry["reason"] for entry in logs] == ["InterfaceError", "OSError"]
    assert len(pruned) == 1


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic YTpi", "tb_x_y"])
async def test_a_header_without_a_bearer_token_is_refused(book: Book, header: str | None) -> None:
    with pytest.raises(Unauthenticated, match="Authorization"):
        await authenticate_header(header, book.identity.authenticator)


async def test_a_route_names_its_scope_and_openapi_says_so(book: Book) -> None:
    app = FastAPI()
    app.state.system = SimpleNamespace(authenticator=book.identity.authenticator)

    @app.get("/journal")
    async def journal(principal: Annotated[Principal, Depends(caller(Scope.AUDIT))]) -> str:
        return principal.actor

    assert app.openapi()["paths"]["/journal"]["get"]["security"] == [{"HTTPBearer": []}]
    token = await book.member("bob@example.org", Role.AUDITOR)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://book") as http:
        answer = await http.get("/journal", headers={"authorization": f"bearer {token}"})
    assert answer.json() == (await book.me(token))["actor"]


async def test_anybody_can_fetch_the_keys_that_verify_our_tokens(book: Book) -> None:
    _, jwks = await book.call("GET", "/.well-known/jwks.json")
    token = await book.owner()
    key = jwt.PyJWKSet.from_dict(jwks)[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, algorithms=["EdDSA"], options={"verify_aud": False, "verify_exp": False})
    assert claims["role"] == "owner"


async def test_no_secret_and_no_name_reaches_the_journal_the_logs_or_an_error(book: Book) -> None:
    with capture_logs() as logs:
        link = await book.identity.owner_setup.owner_link()
        owner = await book.owner()
        _, pair = await book.call("POST", "/v1/auth/login", email="ada@example.org", password=PASSWORD)
        _, invitation = await book.call("POST", "/v1/members", owner, email="bob@example.org", role="trader")
        joined = {"token": invitation["token"], "password": "copper-lantern-drift-58", "name": "Roberta"}
        _, bob = await book.call("POST", "/v1/auth/join", **joined)
        _, key = await book.call("POST", "/v1/auth/keys", owner, name="bot", scopes=["read"])
        await book.call("POST", "/v1/parties", owner, kind="fund", name="Bluebird Capital")
        _, renewed = await book.call("POST", "/v1/auth/refresh", refresh_token=pair["refresh_token"])
        book.clock.turn(GRACE * 2)
        errors = [
            await book.call("POST", "/v1/auth/refresh", refresh_token=pair["refresh_token"]),
            await book.call("POST", "/v1/auth/join", **joined),
            await book.call("POST", "/v1/auth/login", email="bob@example.org", password="wrong-otter-guess"),
            await book.call("GET", "/v1/auth/me", key["api_key"] + "x"),
            await book.call("GET", "/v1/auth/me", renewed["access_token"]),
        ]
    assert {status for status, _ in errors} == {401}
    tables = [
        "credentials", "api_key_secrets", "one_time_links", "sessions", "refresh_tokens", "ended_sessions"
    ]  # fmt: skip
    stored = [await book.pool.fetch(f"select t::text from identity.{table} t") for table in tables]
    written = f"{book.journal.rows} {logs} {errors} {stored}"
    secrets = [link.token, invitation["token"], PASSWORD, "copper-lantern", "wrong-otter-guess"]
    secrets += [owner, pair["refresh_token"], renewed["refresh_token"], bob["refresh_token"]]
    secrets += [key["api_key"], key["api_key"].split("_", 2)[2], book.keys_path.read_text()]
    names = ["ada@example.org", "bob@example.org", "Roberta", "Bluebird"]
    assert [text for text in secrets + names if text in written] == []
    assert "$argon2id$" not in f"{book.journal.rows} {logs} {errors}"
