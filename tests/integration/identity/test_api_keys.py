"""Keys for programs: never more power than the member who made them."""

from datetime import timedelta

import pytest
from tests.support.identity import NOON
from tests.support.identity_book import Book

from tradebook.identity import api_keys
from tradebook.identity.principal import ORDERS_PER_MINUTE, REQUESTS_PER_MINUTE, Role, Scope
from tradebook.kernel.ids import AccountId, PartyId


async def create(book: Book, token: str, **terms: object) -> tuple[int, dict[str, str]]:
    return await book.call("POST", "/v1/auth/keys", token, **({"name": "bot", "scopes": ["read"]} | terms))


async def test_a_key_is_shown_once_and_acts_for_its_member(book: Book) -> None:
    trader = await book.member("bob@example.org", Role.TRADER)
    status, created = await create(book, trader, scopes=["read", "trade"])
    assert status == 201
    assert created["api_key"].startswith(f"tb_{created['key_id']}_")
    me, bob = await book.me(created["api_key"]), await book.me(trader)
    assert me["actor"] == f"key:{created['key_id']}"
    assert (me["user_id"], me["parties"], me["scopes"]) == (bob["user_id"], bob["parties"], ["read", "trade"])
    _, listed = await book.call("GET", "/v1/auth/keys", trader)
    assert created["api_key"] not in str(listed)
    assert [key["id"] for key in listed["items"]] == [created["key_id"]]


async def test_a_guessed_secret_or_id_opens_nothing(book: Book) -> None:
    _, created = await create(book, await book.owner())
    guesses = (
        f"tb_{created['key_id']}_guess",
        f"tb_{created['key_id']}_",
        created["api_key"] + "x",
        "tb_nobody_guess",
        "tb__",
        "tb_",
        "tb",
    )
    for guess in guesses:
        assert (await book.call("GET", "/v1/auth/me", guess))[0] == 401, guess


async def test_scopes_beyond_the_role_are_not_given_and_shrink_with_it(book: Book) -> None:
    admin = await book.member("bob@example.org", Role.ADMIN)
    viewer = await book.member("cy@example.org", Role.VIEWER)
    assert (await create(book, viewer, scopes=["read", "trade"]))[0] == 403
    assert (await create(book, viewer, scopes=[]))[0] == 422
    _, created = await create(book, admin, scopes=["read", "admin"])
    assert (await book.call("GET", "/v1/members", created["api_key"]))[0] == 200
    bob = (await book.me(admin))["user_id"]
    await book.call("PATCH", f"/v1/members/{bob}", await book.owner(), role="viewer")
    assert (await book.call("GET", "/v1/members", created["api_key"]))[0] == 403
    assert (await book.me(created["api_key"]))["scopes"] == ["read"]


async def test_a_key_ends_with_its_time(book: Book) -> None:
    owner = await book.owner()
    assert (await create(book, owner, expires_at=NOON.isoformat()))[0] == 422
    _, created = await create(book, owner, expires_at=(NOON + timedelta(seconds=30)).isoformat())
    await book.me(created["api_key"])
    book.clock.turn(timedelta(seconds=30))
    assert (await book.call("GET", "/v1/auth/me", created["api_key"]))[0] == 401
    _, listed = await book.call("GET", "/v1/auth/keys", owner)
    assert listed["items"] == []


async def test_a_revoked_key_is_refused_at_once_here_and_soon_elsewhere(book: Book) -> None:
    owner = await book.owner()
    _, created = await create(book, owner)
    elsewhere = await book.another_process()
    await book.me(created["api_key"])
    await elsewhere.authenticator.authenticate(created["api_key"])
    assert (await book.call("DELETE", f"/v1/auth/keys/{created['key_id']}", owner))[0] == 204
    assert (await book.call("GET", "/v1/auth/me", created["api_key"]))[0] == 401
    await elsewhere.authenticator.catch_up()
    assert elsewhere.authenticator.recall(created["api_key"]) is None
    assert (await book.call("DELETE", f"/v1/auth/keys/{created['key_id']}", owner))[0] == 404


async def test_members_revoke_their_own_keys_and_admins_those_below_them(book: Book) -> None:
    owner, admin = await book.owner(), await book.member("bob@example.org", Role.ADMIN)
    trader, viewer = (
        await book.member("cy@example.org", Role.TRADER),
        await book.member("di@example.org", Role.VIEWER),
    )
    _, of_owner = await create(book, owner)
    _, of_trader = await create(book, trader)
    outcomes = [
        (await book.call("DELETE", f"/v1/auth/keys/{key['key_id']}", token))[0]
        for token, key in ((viewer, of_trader), (trader, of_owner), (admin, of_owner), (admin, of_trader))
    ]
    assert outcomes == [404, 404, 403, 204]
    assert len((await book.call("GET", "/v1/auth/keys", admin))[1]["items"]) == 1
    assert (await book.call("GET", "/v1/auth/keys", trader))[1]["items"] == []


async def test_a_key_can_be_held_to_parties_and_accounts(book: Book) -> None:
    owner, trader = await book.owner(), await book.member("bob@example.org", Role.TRADER)
    _, fund = await book.call("POST", "/v1/parties", owner, kind="fund", name="Blue Fund")
    assert (await create(book, trader, parties=[fund["id"]]))[0] == 403
    assert (await create(book, owner, parties=["moon"]))[0] == 422
    _, created = await create(book, owner, parties=[fund["id"]], accounts=["a1"])
    principal = await book.identity.authenticator.authenticate(created["api_key"])
    party, other = PartyId(fund["id"]), PartyId("other")
    assert principal.parties == frozenset({party})
    assert principal.may_see(party, AccountId("a1"))
    assert not principal.may_see(party, AccountId("a2"))
    assert not principal.may_see(party)
    assert not principal.may_see(other, AccountId("a1"))


async def test_raised_rates_are_for_owners_and_admins_to_give(book: Book) -> None:
    owner, trader = await book.owner(), await book.member("bob@example.org", Role.TRADER)
    rates = {"requests_per_minute": 1_000_000, "orders_per_minute": 900_000}
    assert (await create(book, trader, **rates))[0] == 403
    _, created = await create(book, owner, **rates)
    me = await book.me(created["api_key"])
    assert (me["requests_per_minute"], me["orders_per_minute"]) == (1_000_000, 900_000)
    me = await book.me(owner)
    assert (me["requests_per_minute"], me["orders_per_minute"]) == (REQUESTS_PER_MINUTE, ORDERS_PER_MINUTE)


async def test_requests_beyond_the_minute_are_refused_with_when_to_come_back(book: Book) -> None:
    _, created = await create(book, await book.owner(), requests_per_minute=3)
    for _ in range(3):
        await book.me(created["api_key"])
    status, problem = await book.call("GET", "/v1/auth/me", created["api_key"])
    assert (status, problem["code"], problem["retry_after_s"]) == (429, "rate_limited", "20")
    book.clock.turn(timedelta(seconds=20))
    await book.me(created["api_key"])


async def test_a_key_makes_no_keys_and_touches_no_password(book: Book) -> None:
    _, created = await create(book, await book.owner(), scopes=[scope.value for scope in Scope])
    change = {"current_password": "x", "new_password": "y"}
    assert (await create(book, created["api_key"]))[0] == 403
    assert (await book.call("POST", "/v1/auth/password", created["api_key"], **change))[0] == 403
    assert (await book.call("POST", "/v1/auth/logout", created["api_key"]))[0] == 403


async def test_the_last_use_is_known_to_the_minute_and_not_journaled(book: Book) -> None:
    owner = await book.owner()
    _, created = await create(book, owner)
    rows = len(book.journal.rows)
    await book.me(created["api_key"])
    book.clock.turn(timedelta(seconds=59))
    await book.me(created["api_key"])
    _, listed = await book.call("GET", "/v1/auth/keys", owner)
    assert listed["items"][0]["last_used_at"] == "2026-03-01T12:00:00Z"
    book.clock.turn(timedelta(seconds=1))
    await book.me(created["api_key"])
    _, listed = await book.call("GET", "/v1/auth/keys", owner)
    assert listed["items"][0]["last_used_at"] == "2026-03-01T12:01:00Z"
    assert len(book.journal.rows) == rows


async def test_a_member_has_a_bounded_number_of_keys(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_keys, "KEYS_PER_MEMBER_MAX", 1)
    owner = await book.owner()
    _, created = await create(book, owner)
    assert (await create(book, owner))[1]["code"] == "too_many_keys"
    await book.call("DELETE", f"/v1/auth/keys/{created['key_id']}", owner)
    assert (await create(book, owner))[0] == 201
