"""Venue credentials over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import asyncpg
import httpx
import pytest
from msgspec.structs import replace
from tests.support.credentials import HARMLESS, SECRET, SENTENCE, VALUES, Venue, keys_at_hand
from tests.support.identity import RowJournal, TurnedClock
from tests.support.web import Tokens, principal

from tradebook.bootstrap.edge import ROUTERS
from tradebook.identity.principal import Principal, Role
from tradebook.identity.venue_credentials.permissions import READ_ONLY_NOTE
from tradebook.identity.venue_credentials.service import VenueCredentials
from tradebook.identity.venue_credentials.store import CredentialStore
from tradebook.kernel.errors import NotFound
from tradebook.kernel.ids import AccountId
from tradebook.web import openapi
from tradebook.web.app import api, create_app

MINE = "0d2b1f5e-0000-8000-8000-000000000001"
ON_PAPER = "0d2b1f5e-0000-8000-8000-000000000002"
VENUES = {MINE: "moon", ON_PAPER: "paper"}


async def venue_of(asking: Principal, account_id: AccountId) -> str:
    if asking.parties is not None or account_id not in VENUES:
        raise NotFound("account", account_id)
    return VENUES[account_id]


class Desk:
    """Somebody who asks, and the venue behind."""

    def __init__(self, http: httpx.AsyncClient, venue: Venue) -> None:
        self.http = http
        self.venue = venue

    async def ask(
        self, method: str, body: Any = None, *, by: str = "owner", account_id: str = MINE
    ) -> tuple[int, Any]:
        path = f"/v1/accounts/{account_id}/venue-credential"
        answer = await self.http.request(method, path, json=body, headers={"authorization": f"Bearer {by}"})
        assert answer.headers["cache-control"] == "no-store"
        return answer.status_code, answer.json() if answer.content else None


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    venue = Venue()
    async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool:
        credentials = VenueCredentials(
            journal=RowJournal(),
            store=CredentialStore(pool),
            keys=keys_at_hand(1),
            clock=TurnedClock(),
            permission_checks={"moon": venue},
            venue_of=venue_of,
        )
        tokens = Tokens(
            owner=principal(),
            viewer=principal(Role.VIEWER),
            trader=principal(Role.TRADER),
            stranger=principal(Role.VIEWER, parties=frozenset({"p2"})),
            key=replace(principal(), actor="key:k1"),
        )
        system = SimpleNamespace(authenticator=tokens, venue_credentials=credentials)
        transport = httpx.ASGITransport(app=create_app(system, routers=ROUTERS))
        async with httpx.AsyncClient(transport=transport, base_url="http://book") as http:
            yield Desk(http, venue)


async def test_an_account_is_connected_shown_and_disconnected(desk: Desk) -> None:
    desk.venue.says = replace(HARMLESS, can_trade=False)
    status, connected = await desk.ask("POST", {"secrets": VALUES})
    assert status == 201
    assert connected.pop("id")
    assert connected == {
        "account_id": MINE,
        "venue": "moon",
        "hint": "vmPU…x5Jr",
        "permissions": {
            "can_read": True,
            "can_trade": False,
            "can_withdraw": False,
            "expires_at": None,
            "is_bound_to_addresses": None,
        },
        "confirmation": "",
        "note": READ_ONLY_NOTE,
        "since": "2026-03-01T12:00:00Z",
        "connected_by": "u1",
    }
    status, shown = await desk.ask("GET", by="viewer")
    assert (status, {**shown, "id": ""}) == (200, {**connected, "id": ""})
    assert (await desk.ask("DELETE"))[0] == 204
    assert (await desk.ask("GET"))[0] == 404
    assert (await desk.ask("DELETE"))[0] == 404


async def test_an_owner_confirms_what_the_venue_does_not_tell(desk: Desk) -> None:
    desk.venue.says = replace(HARMLESS, can_withdraw=None)
    status, refused = await desk.ask("POST", {"secrets": VALUES})
    assert (status, refused["code"], refused["venue"]) == (422, "withdrawal_unknown", "moon")
    status, connected = await desk.ask("POST", {"secrets": VALUES, "confirmed_by_owner": SENTENCE})
    assert (status, connected["confirmation"]) == (201, SENTENCE)


async def test_a_paper_account_has_no_venue_to_connect_to(desk: Desk) -> None:
    status, refused = await desk.ask("POST", {"secrets": VALUES}, account_id=ON_PAPER)
    assert (status, refused["code"]) == (422, "venue_not_connectable")


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_the_account_of_another_does_not_exist(desk: Desk, method: str) -> None:
    by = "stranger" if method == "GET" else "owner"
    account_id = MINE if method == "GET" else MINE.replace("1", "3")
    status, refused = await desk.ask(method, {"secrets": VALUES}, by=by, account_id=account_id)
    assert (status, refused["code"]) == (404, "not_found")


@pytest.mark.parametrize("by", ["viewer", "trader", "key"])
async def test_only_administrators_in_person_connect_and_disconnect(desk: Desk, by: str) -> None:
    for method in ("POST", "DELETE"):
        assert (await desk.ask(method, {"secrets": VALUES}, by=by))[0] == 403


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "secrets"),
        ({"secrets": {}}, 422, "secrets"),
        ({"secrets": SECRET}, 422, "secrets"),
        ({"secrets": {"secret": [SECRET]}}, 422, "secrets.secret"),
        ({"secrets": {"secret": ""}}, 422, "secrets.secret"),
        ({"secrets": {"Secret": SECRET}}, 422, "secrets"),
        ({"secrets": {f"n{n}": SECRET for n in range(17)}}, 422, "secrets"),
        ({"secrets": VALUES, "secret": SECRET}, 422, "secret"),
        ({"secrets": VALUES, "confirmed_by_owner": "yes"}, 422, "confirmed_by_owner"),
        ([SECRET], 422, "body"),
    ],
)
async def test_a_body_of_another_form_is_refused_by_field_and_not_repeated(
    desk: Desk, body: Any, status: int, field: str
) -> None:
    answered, refused = await desk.ask("POST", body)
    assert (answered, refused["field"]) == (status, field)
    assert SECRET not in str(refused)


async def test_what_is_not_json_is_refused_as_everywhere(desk: Desk) -> None:
    answer = await desk.http.post(
        f"/v1/accounts/{MINE}/venue-credential",
        content=b'{"secrets": {',
        headers={"authorization": "Bearer owner", "content-type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")


def test_the_description_has_the_body_that_the_route_reads_by_itself() -> None:
    document = openapi.describe(api(ROUTERS), [])
    post = document["paths"]["/v1/accounts/{account_id}/venue-credential"]["post"]
    schema = post["requestBody"]["content"]["application/json"]["schema"]
    assert schema["required"] == ["secrets"]
    assert schema["properties"]["secrets"]["additionalProperties"]["writeOnly"] is True
