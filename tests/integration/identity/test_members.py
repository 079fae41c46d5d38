"""Inviting, joining, roles and parties, removal."""

import asyncio

import pytest
from tests.support.identity_book import PASSWORD, Book

from tradebook.identity.principal import Role
from tradebook.kernel.ids import PartyId

MISSING = "00000000-0000-7000-8000-000000000000"


async def test_an_invited_person_joins_with_their_own_party(book: Book) -> None:
    owner = await book.owner()
    status, link = await book.call("POST", "/v1/members", owner, email="Bob@Example.org", role="trader")
    assert (status, link["path"]) == (201, f"/join?token={link['token']}")
    _, listed = await book.call("GET", "/v1/members", owner)
    assert [(m["email"], m["status"], m["name"]) for m in listed["items"]] == [
        ("ada@example.org", "active", "Ada"),
        ("bob@example.org", "invited", None),
    ]
    status, tokens = await book.call(
        "POST", "/v1/auth/join", token=link["token"], password=PASSWORD, name=" Bob "
    )
    assert status == 201
    me = await book.me(tokens["access_token"])
    assert (me["name"], me["role"], me["parties"]) == ("Bob", "trader", [me["party_id"]])
    _, parties = await book.call("GET", "/v1/parties", tokens["access_token"])
    assert [(p["name"], p["kind"]) for p in parties["items"]] == [("Bob", "person")]
    again = await book.call("POST", "/v1/auth/join", token=link["token"], password=PASSWORD, name="Eve")
    assert again[0] == 401


async def test_an_invitation_is_accepted_once_however_fast(book: Book) -> None:
    _, link = await book.call("POST", "/v1/members", await book.owner(), email="b@example.org", role="viewer")
    body = {"token": link["token"], "password": PASSWORD, "name": "Bob"}
    answers = await asyncio.gather(*(book.call("POST", "/v1/auth/join", **body) for _ in range(4)))
    assert sorted(status for status, _ in answers) == [201, 401, 401, 401]


async def test_a_lost_invitation_is_replaced_by_a_new_one(book: Book) -> None:
    owner = await book.owner()
    _, lost = await book.call("POST", "/v1/members", owner, email="bob@example.org", role="trader")
    status, link = await book.call("POST", "/v1/members", owner, email="bob@example.org", role="viewer")
    assert status == 201
    join = {"password": PASSWORD, "name": "Bob"}
    assert (await book.call("POST", "/v1/auth/join", token=lost["token"], **join))[0] == 401
    _, tokens = await book.call("POST", "/v1/auth/join", token=link["token"], **join)
    assert (await book.me(tokens["access_token"]))["role"] == "viewer"


async def test_an_address_belongs_to_one_member_and_is_free_again_after_removal(book: Book) -> None:
    bob = await book.me(await book.member("bob@example.org", Role.TRADER))
    owner = await book.owner()
    status, problem = await book.call("POST", "/v1/members", owner, email="BOB@example.org", role="viewer")
    assert (status, problem["code"]) == (409, "email_taken")
    await book.sign_in("bob@example.org")
    assert (await book.call("DELETE", f"/v1/members/{bob['user_id']}", owner))[0] == 204
    newcomer = await book.me(await book.member("bob@example.org", Role.VIEWER))
    assert newcomer["user_id"] != bob["user_id"]


async def test_a_change_of_role_counts_from_the_next_request_on(book: Book) -> None:
    owner, admin = await book.owner(), await book.member("bob@example.org", Role.ADMIN)
    bob = (await book.me(admin))["user_id"]
    assert (await book.call("GET", "/v1/members", admin))[0] == 200
    status, changed = await book.call("PATCH", f"/v1/members/{bob}", owner, role="viewer")
    assert (status, changed["role"]) == (200, "viewer")
    assert (await book.call("GET", "/v1/members", admin))[0] == 403
    assert (await book.me(admin))["scopes"] == ["read"]


async def test_parties_are_granted_and_taken(book: Book) -> None:
    owner, viewer = await book.owner(), await book.member("bob@example.org", Role.VIEWER)
    me = await book.me(viewer)
    _, fund = await book.call("POST", "/v1/parties", owner, kind="fund", name="Blue Fund")
    for granted, seen in (([fund["id"]], [me["party_id"], fund["id"]]), ([], [me["party_id"]])):
        await book.call("PATCH", f"/v1/members/{me['user_id']}", owner, parties=granted)
        assert sorted((await book.me(viewer))["parties"]) == sorted(seen)
    status, problem = await book.call("PATCH", f"/v1/members/{me['user_id']}", owner, parties=["moon"])
    assert (status, problem["field"]) == (422, "parties")


async def test_what_is_known_of_somebody_who_left_can_be_erased_for_ever(book: Book) -> None:
    owner = await book.owner()
    me = await book.me(await book.member("bob@example.org", Role.VIEWER))
    erasure = "DELETE", f"/v1/members/{me['user_id']}/personal-data", owner
    status, problem = await book.call(*erasure)
    assert (status, problem["code"]) == (409, "still_member")
    assert (await book.call("DELETE", f"/v1/members/{me['user_id']}", owner))[0] == 204
    assert (await book.call(*erasure))[0] == 204
    _, parties = await book.call("GET", "/v1/parties", owner)
    assert [p["name"] for p in parties["items"] if p["id"] == me["party_id"]] == [None]
    assert (await book.call(*erasure))[0] == 204
    assert (await book.call("DELETE", f"/v1/members/{MISSING}/personal-data", owner))[0] == 404


async def test_a_removed_member_is_out_at_once_everywhere(book: Book) -> None:
    token = await book.member("bob@example.org", Role.TRADER)
    _, key = await book.call("POST", "/v1/auth/keys", token, name="bot", scopes=["read"])
    elsewhere = await book.another_process()
    for credential in (token, key["api_key"]):
        await book.me(credential)
        await elsewhere.authenticator.authenticate(credential)
    bob = (await book.me(token))["user_id"]
    assert (await book.call("DELETE", f"/v1/members/{bob}", await book.owner()))[0] == 204
    await elsewhere.authenticator.catch_up()
    for credential in (token, key["api_key"]):
        assert (await book.call("GET", "/v1/auth/me", credential))[0] == 401
        assert elsewhere.authenticator.recall(credential) is None
    assert (await book.call("POST", "/v1/auth/login", email="bob@example.org", password=PASSWORD))[0] == 401


async def test_an_admin_cannot_reach_the_owner(book: Book) -> None:
    owner, admin = await book.owner(), await book.member("bob@example.org", Role.ADMIN)
    ada = (await book.me(owner))["user_id"]
    attempts = (
        book.call("DELETE", f"/v1/members/{ada}", admin),
        book.call("PATCH", f"/v1/members/{ada}", admin, role="viewer"),
        book.call("POST", f"/v1/members/{ada}/password-reset", admin),
        book.call("POST", "/v1/members", admin, email="eve@example.org", role="owner"),
        book.call("POST", "/v1/members", admin, email="eve@example.org", role="admin"),
    )
    for attempt in attempts:
        assert (await attempt)[0] == 403
    await book.sign_in("ada@example.org")


async def test_the_last_owner_cannot_leave(book: Book) -> None:
    owner = await book.owner()
    ada = (await book.me(owner))["user_id"]
    status, problem = await book.call("DELETE", f"/v1/members/{ada}", owner)
    assert (status, problem["code"]) == (422, "last_owner")
    await book.sign_in("ada@example.org")


async def test_who_is_erased_has_no_name_and_the_book_goes_on(book: Book) -> None:
    bob = await book.me(await book.member("bob@example.org", Role.TRADER))
    del book.personal.keys[PartyId(bob["party_id"])]
    _, listed = await book.call("GET", "/v1/members", await book.owner())
    assert [(m["email"], m["name"]) for m in listed["items"]] == [("ada@example.org", "Ada"), (None, None)]


async def test_lists_page_with_a_cursor(book: Book) -> None:
    owner = await book.owner()
    for n in range(4):
        await book.call("POST", "/v1/parties", owner, kind="company", name=f"Company {n}")
    names, cursor = [], ""
    while True:
        _, page = await book.call("GET", f"/v1/parties?limit=2{cursor}", owner)
        names += [party["name"] for party in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert names == ["Ada", "Company 0", "Company 1", "Company 2", "Company 3"]
    assert (await book.call("GET", "/v1/parties?cursor=nonsense", owner))[0] == 422


ADMIN_ROUTES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("GET", "/v1/members", {}),
    ("POST", "/v1/members", {"email": "eve@example.org", "role": "viewer"}),
    ("PATCH", f"/v1/members/{MISSING}", {"role": "viewer"}),
    ("DELETE", f"/v1/members/{MISSING}", {}),
    ("POST", f"/v1/members/{MISSING}/password-reset", {}),
    ("POST", "/v1/parties", {"kind": "fund", "name": "Fund"}),
)


@pytest.mark.parametrize("role", list(Role))
async def test_members_are_managed_by_owners_and_admins_alone(book: Book, role: Role) -> None:
    token = await book.member("bob@example.org", role)
    for method, path, body in ADMIN_ROUTES:
        status, _ = await book.call(method, path, token, **body)
        assert (status != 403) == (role in {Role.OWNER, Role.ADMIN}), (method, path)
        assert (await book.call(method, path, **body))[0] == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/auth/login", {"email": "a@b.c"}),
        ("POST", "/v1/auth/login", {"email": "a@b.c", "password": "x" * 1025}),
        ("POST", "/v1/auth/login", {"email": "a@b.c", "password": "x", "admin": True}),
        ("POST", "/v1/auth/login", {"email": {"a": 1}, "password": "x"}),
        ("POST", "/v1/members", {"email": "no address", "role": "viewer"}),
        ("POST", "/v1/members", {"email": "a@b.c", "role": "emperor"}),
        ("POST", "/v1/members", {"email": "a\u0000@b.c", "role": "viewer"}),
        ("POST", "/v1/parties", {"kind": "fund", "name": "   "}),
        ("DELETE", "/v1/members/%00", {}),
        ("DELETE", "/v1/auth/keys/no-key", {}),
    ],
)
async def test_malformed_requests_get_a_clear_refusal(
    book: Book, method: str, path: str, body: dict[str, object]
) -> None:
    assert (await book.call(method, path, await book.owner(), **body))[0] == 422
