"""A request with an Idempotency-Key takes effect once, whatever became of its answer."""

from __future__ import annotations

from typing import Any

import asyncpg
import httpx
import pytest
from tests.e2e.edge.conftest import Book
from tests.support.server import OWNER_EMAIL, OWNER_PASSWORD, Client

from tradebook.kernel.ids import new_id

CRASHED = (
    "update web.idempotent_answers set status = null, answer = null, taken_until = now() - interval '1 s'"
)
LOST = "delete from web.idempotent_answers"


async def lose_answers(book: Book, statement: str) -> None:
    """What a crash between the effect and the keeping of the answer leaves, or a database without either."""
    connection = await asyncpg.connect(book.server.cli("database-url").stdout.strip())
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def recorded_since(book: Book, position: int) -> list[str]:
    """Types of the events that followed; equity is marked whenever the market moves it."""
    items = book.client.get(f"/v1/journal?after={position}&limit=500")["items"]
    return [item["type"] for item in items if item["type"] != "trading.EquityMarked"]


def wait_for_execution(book: Book, account_id: str) -> None:
    """Until its orders rest or have ended: what execution goes on to tell of them is no work of a request."""
    book.client.wait_for_views()
    if account_id:
        book.client.wait_until(
            f"/v1/orders?account_id={account_id}",
            lambda page: all(each["status"] in ("accepted", "filled", "cancelled") for each in page["items"]),
        )


def send(owner: Client, path: str, body: Any, key: str) -> httpx.Response:
    """In person: he may do everything."""
    return owner.http.post(path, json=body, headers={"idempotency-key": key})


REQUESTS: dict[str, tuple[str, dict[str, Any], int]] = {
    "opening an account": ("/v1/accounts", {"name": "once"}, 2),
    "a deposit": ("/v1/accounts/{fresh}/deposits", {"asset": "USDT", "amount": "7"}, 1),
    "a withdrawal of everything": ("/v1/accounts/{fresh}/withdrawals", {"asset": "USDT", "amount": "100"}, 1),
    "cancelling everything": ("/v1/orders/cancel-all", {"account_id": "{fresh}"}, 1),
    "an order": ("/v1/orders", {"account_id": "{fresh}", "client_order_id": "once"}, 1),
    "a party": ("/v1/parties", {"kind": "fund", "name": "once"}, 1),
    "an API key": ("/v1/auth/keys", {"name": "once", "scopes": ["read"]}, 1),
    "an invitation": ("/v1/members", {"email": "{unique}@example.org", "role": "viewer"}, 1),
    "signing in": ("/v1/auth/login", {"email": OWNER_EMAIL, "password": OWNER_PASSWORD}, 1),
}


@pytest.mark.parametrize("loss", [CRASHED, LOST], ids=["crash", "row gone"])
@pytest.mark.parametrize("name", REQUESTS)
async def test_what_was_done_is_not_done_again(book: Book, name: str, loss: str) -> None:
    fresh = book.client.open_account(deposits={"USDT": "100"}) if "{fresh}" in str(REQUESTS[name]) else ""
    if name == "cancelling everything":
        book.order(new_id(), account_id=fresh)
        wait_for_execution(book, fresh)
    path, fields, events = REQUESTS[name]
    body = {field: filled(value, fresh) for field, value in fields.items()}
    if name == "an order":
        body = book.order_request("once", account_id=fresh)
    owner = book.owner  # who may have to sign in first
    key, before = new_id(), book.head()
    first = send(owner, path.format(fresh=fresh), body, key)
    assert first.status_code in (200, 201), first.text
    wait_for_execution(book, fresh)
    done = recorded_since(book, before)
    assert len(done) >= events
    await lose_answers(book, loss)
    second = send(owner, path.format(fresh=fresh), body, key)
    assert second.status_code in (200, 201), second.text
    assert "idempotent-replayed" not in second.headers
    assert recorded_since(book, before) == done
    for member in ("account_id", "key_id", "id", "user_id", "journal_position"):
        assert second.json().get(member) == first.json().get(member), member
    assert second.json().get("balance") == first.json().get("balance")


def filled(value: Any, fresh: str) -> Any:
    return value.format(fresh=fresh, unique=new_id()) if isinstance(value, str) else value


async def test_what_was_placed_in_between_is_not_swept_by_an_old_request(book: Book) -> None:
    account_id = book.client.open_account(deposits={"USDT": "1000"})
    book.order(new_id(), account_id=account_id)
    key = new_id()
    swept = send(book.owner, "/v1/orders/cancel-all", {"account_id": account_id}, key).json()
    await lose_answers(book, CRASHED)
    later = book.order(new_id(), account_id=account_id)
    again = send(book.owner, "/v1/orders/cancel-all", {"account_id": account_id}, key).json()
    assert again == swept
    status = book.client.wait_until(f"/v1/orders/{later['order_id']}", bool)["status"]
    assert status not in ("cancelled", "pending_cancel")


async def test_a_key_that_lost_its_answer_is_still_no_key_for_something_else(book: Book) -> None:
    account_id = book.client.open_account(deposits={})
    key, path = new_id(), f"/v1/accounts/{account_id}/deposits"
    assert send(book.owner, path, {"asset": "USDT", "amount": "1"}, key).status_code == 201
    await lose_answers(book, CRASHED)
    other = send(book.owner, path, {"asset": "USDT", "amount": "2"}, key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_the_secret_of_a_key_made_again_works_and_the_one_before_does_not(book: Book) -> None:
    key, body = new_id(), {"name": "again", "scopes": ["read"]}
    first = send(book.owner, "/v1/auth/keys", body, key).json()
    await lose_answers(book, CRASHED)
    second = send(book.owner, "/v1/auth/keys", body, key).json()
    assert second["key_id"] == first["key_id"]
    book.server.client(first["api_key"]).get("/v1/auth/me", expect=401)
    book.server.client(second["api_key"]).get("/v1/auth/me", expect=200)
