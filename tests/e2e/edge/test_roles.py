"""Who may do what: every route there is, asked by everybody there is."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.e2e.edge.conftest import BTC, PASSWORD, Book
from tests.support.server import OWNER_EMAIL, Client
from tests.support.web import System, Tokens
from websockets.sync.client import connect

from tradebook.bootstrap.edge import ROUTERS
from tradebook.trading import api as trading
from tradebook.web.app import create_app
from tradebook.web.route_table import routes_of

ROLES = ("owner", "admin", "fund_manager", "trader", "viewer", "auditor")
KEY, ANONYMOUS = "read_key", "anonymous"
CALLERS = (*ROLES, KEY, ANONYMOUS)

EVERYBODY = frozenset(CALLERS)
READERS = frozenset({*ROLES, KEY})
PEOPLE = frozenset(ROLES)
TRADERS = frozenset({"owner", "admin", "fund_manager", "trader"})
ADMINS = frozenset({"owner", "admin"})
AUDITORS = frozenset({"owner", "admin", "auditor"})

ALLOWED: Mapping[tuple[str, str], frozenset[str]] = {
    ("GET", "/health/live"): EVERYBODY,
    ("GET", "/health/ready"): EVERYBODY,
    ("GET", "/metrics"): EVERYBODY,  # from this machine; from another one it takes an administrator
    ("GET", "/docs"): EVERYBODY,
    ("GET", "/redoc"): EVERYBODY,
    ("GET", "/openapi.json"): EVERYBODY,
    ("GET", "/.well-known/jwks.json"): EVERYBODY,
    ("GET", "/.well-known/tradebook-checkpoint-key"): EVERYBODY,
    ("POST", "/v1/auth/setup"): EVERYBODY,
    ("POST", "/v1/auth/join"): EVERYBODY,
    ("POST", "/v1/auth/login"): EVERYBODY,
    ("POST", "/v1/auth/refresh"): EVERYBODY,
    ("POST", "/v1/auth/password-reset"): EVERYBODY,
    ("GET", "/v1/first-run"): EVERYBODY,
    ("GET", "/v1/system"): READERS,
    ("POST", "/v1/system/projections/{name}/rebuild"): ADMINS,
    ("GET", "/v1/auth/me"): READERS,
    ("GET", "/v1/auth/keys"): READERS,
    ("POST", "/v1/auth/keys"): PEOPLE,
    ("DELETE", "/v1/auth/keys/{key_id}"): PEOPLE,
    ("POST", "/v1/auth/password"): PEOPLE,
    ("POST", "/v1/auth/logout"): PEOPLE,
    ("GET", "/v1/auth/sessions"): PEOPLE,
    ("DELETE", "/v1/auth/sessions/{session_id}"): PEOPLE,
    ("GET", "/v1/members"): ADMINS,
    ("POST", "/v1/members"): ADMINS,
    ("PATCH", "/v1/members/{user_id}"): ADMINS,
    ("DELETE", "/v1/members/{user_id}"): ADMINS,
    ("DELETE", "/v1/members/{user_id}/personal-data"): ADMINS,
    ("POST", "/v1/members/{user_id}/password-reset"): ADMINS,
    ("GET", "/v1/parties"): READERS,
    ("POST", "/v1/parties"): ADMINS,
    ("GET", "/v1/instruments"): READERS,
    ("GET", "/v1/quotes/{instrument}"): READERS,
    ("GET", "/v1/depth/{instrument}"): READERS,
    ("GET", "/v1/trades/{instrument}"): READERS,
    ("GET", "/v1/candles/{instrument}"): READERS,
    ("GET", "/v1/candles/{instrument}/past"): READERS,
    ("GET", "/v1/instruments/{instrument}"): READERS,
    ("GET", "/v1/market/replay"): READERS,
    ("PUT", "/v1/market/replay"): ADMINS,
    ("GET", "/v1/journal"): AUDITORS,
    ("GET", "/v1/journal/head"): AUDITORS,
    ("GET", "/v1/journal/{position}"): AUDITORS,
    ("GET", "/v1/journal/{position}/proof"): AUDITORS,
    ("GET", "/v1/journal/{position}/change"): AUDITORS,
    ("GET", "/v1/orders"): READERS,
    ("GET", "/v1/orders/{order_id}"): READERS,
    ("POST", "/v1/orders"): TRADERS,
    ("POST", "/v1/orders/preview"): READERS,
    ("POST", "/v1/orders/batch"): TRADERS,
    ("POST", "/v1/orders/cancel-all"): TRADERS,
    ("PATCH", "/v1/orders/{order_id}"): TRADERS,
    ("DELETE", "/v1/orders/{order_id}"): TRADERS,
    ("GET", "/v1/accounts"): READERS,
    ("POST", "/v1/accounts"): TRADERS,
    ("GET", "/v1/accounts/{account_id}"): READERS,
    ("POST", "/v1/accounts/{account_id}/deposits"): TRADERS,
    ("POST", "/v1/accounts/{account_id}/withdrawals"): TRADERS,
    ("GET", "/v1/accounts/{account_id}/balances"): READERS,
    ("GET", "/v1/accounts/{account_id}/positions"): READERS,
    ("GET", "/v1/accounts/{account_id}/fills"): READERS,
    ("GET", "/v1/accounts/{account_id}/earlier-fills"): READERS,
    ("GET", "/v1/accounts/{account_id}/ledger"): READERS,
    ("GET", "/v1/accounts/{account_id}/leverage"): READERS,
    ("PUT", "/v1/accounts/{account_id}/leverage"): TRADERS,
    ("GET", "/v1/accounts/{account_id}/dead-mans-switch"): READERS,
    ("PUT", "/v1/accounts/{account_id}/dead-mans-switch"): TRADERS,
    ("GET", "/v1/accounts/{account_id}/state"): READERS,
    ("GET", "/v1/accounts/{account_id}/parity"): READERS,
    ("GET", "/v1/accounts/{account_id}/reconciliation"): READERS,
    ("POST", "/v1/accounts/{account_id}/reconciliation"): TRADERS,
    ("GET", "/v1/accounts/{account_id}/differences"): READERS,
    ("GET", "/v1/accounts/{account_id}/differences/{difference_id}/adoption"): READERS,
    ("POST", "/v1/accounts/{account_id}/differences/{difference_id}/adopt"): TRADERS,
    ("POST", "/v1/accounts/{account_id}/differences/{difference_id}/explain"): TRADERS,
    ("GET", "/v1/accounts/{account_id}/valuation"): READERS,
    ("GET", "/v1/accounts/{account_id}/equity"): READERS,
    ("GET", "/v1/accounts/{account_id}/risk"): READERS,
    ("GET", "/v1/accounts/{account_id}/risk/usage"): READERS,
    ("PUT", "/v1/accounts/{account_id}/risk"): TRADERS,
    ("PUT", "/v1/accounts/{account_id}/state"): TRADERS,
    ("GET", "/v1/accounts/{account_id}/venue-credential"): READERS,
    ("POST", "/v1/accounts/{account_id}/venue-credential"): ADMINS,
    ("DELETE", "/v1/accounts/{account_id}/venue-credential"): ADMINS,
    ("PUT", "/v1/risk/state"): ADMINS,
    ("GET", "/v1/venues"): READERS,
    ("GET", "/v1/venues/health"): READERS,
    ("GET", "/v1/explain"): READERS,
}

NOBODY = "00000000-0000-7000-8000-000000000000"
IN_PATHS = {
    "name": "nothing",
    "session_id": NOBODY,
    "key_id": NOBODY,
    "user_id": NOBODY,
    "order_id": NOBODY,
    "difference_id": NOBODY,
    "instrument": BTC,
    "position": "1",
}

BODIES = {
    ("POST", "/v1/accounts/{account_id}/deposits"): {"asset": "USDT", "amount": "1"},
    ("POST", "/v1/accounts/{account_id}/withdrawals"): {"asset": "USDT", "amount": "1"},
    ("PUT", "/v1/accounts/{account_id}/state"): {"state": "active"},
    ("PUT", "/v1/accounts/{account_id}/leverage"): {"instrument": BTC, "leverage": "2"},
    ("PUT", "/v1/accounts/{account_id}/dead-mans-switch"): {"after_s": None},
    ("POST", "/v1/accounts/{account_id}/differences/{difference_id}/explain"): {"reason": "looked at"},
}
QUERIES = {("GET", "/v1/accounts/{account_id}/parity"): f"?other={NOBODY}"}
"""Where an empty body or query would be refused before it is known whose account it is about."""


@pytest.fixture(scope="module")
def callers(book: Book) -> dict[str, Client]:
    """Everybody who can ask."""
    members = {role: book.member(role) for role in ROLES if role != "owner"}
    owner = {"owner": book.server.login(), KEY: book.key("read"), ANONYMOUS: book.server.client("")}
    del owner[ANONYMOUS].http.headers["authorization"]
    return {**owner, **members}


def test_no_route_is_without_a_line_in_the_table() -> None:
    app = create_app(System(Tokens()), routers=ROUTERS, hot_routes=trading.ROUTES).app
    routes = {(method, path) for path, methods in routes_of(app) for method in methods - {"HEAD"}}
    assert routes == set(ALLOWED)


@pytest.mark.parametrize(("method", "path"), ALLOWED, ids=lambda each: each)
def test_a_route_lets_in_whom_the_table_names(
    book: Book, callers: Mapping[str, Client], method: str, path: str
) -> None:
    if path == "/v1/auth/logout":  # it would end what the other routes are asked with
        callers = {**callers, **{role: sign_in_again(book, role) for role in ROLES}}
    actual = {}
    for name in CALLERS:
        status, code = ask(callers[name], method, path, account_id=book.account_id)
        actual[name] = status if status in (401, 403) and code != "link_invalid" else "allowed"
    refused = {name: 401 if name == ANONYMOUS else 403 for name in CALLERS}
    allowed = dict.fromkeys(ALLOWED[method, path], "allowed")
    assert actual == {**refused, **allowed}


@pytest.mark.parametrize(
    ("method", "path"),
    [each for each in ALLOWED if "{account_id}" in each[1] and "trader" in ALLOWED[each]],
    ids=lambda each: each,
)
def test_an_account_of_another_party_does_not_exist(
    book: Book, callers: Mapping[str, Client], method: str, path: str
) -> None:
    body, asked = BODIES.get((method, path)), path + QUERIES.get((method, path), "")
    for name in ("trader", "fund_manager"):
        status, code = ask(callers[name], method, asked, account_id=book.account_id, body=body)
        assert (status, code) == (404, "not_found"), name
    assert ask(callers["trader"], "GET", "/v1/orders/{order_id}", order_id=book.order_id)[0] == 404
    for figure in (
        f"balance:{book.account_id}:USDT:total",
        f"equity:{book.account_id}:equity",
        f"valuation:{book.account_id}:USDT",
        f"order:{book.order_id}:filled_quantity",
    ):
        path = f"/v1/explain?of={figure}"
        assert [ask(callers[name], "GET", path)[0] for name in ("trader", "auditor")] == [404, 200]
    assert ask(callers["auditor"], "GET", "/v1/accounts/{account_id}", account_id=book.account_id)[0] == 200


def test_a_key_to_trade_can_stop_an_account_and_not_start_it(book: Book) -> None:
    account_id = book.client.open_account(deposits={})
    trader, path = book.key("trade"), f"/v1/accounts/{account_id}/state"
    assert trader.call("PUT", path, {"state": "halted"})["state"] == "halted"
    assert trader.call("PUT", path, {"state": "active"}, expect=403)["needed_scope"] == "manage"
    assert book.client.call("PUT", path, {"state": "active"})["state"] == "active"


def test_sockets_let_in_whom_the_routes_let_in(book: Book, callers: Mapping[str, Client]) -> None:
    watch = '{"op":"subscribe","channels":["system"]}'
    for name in CALLERS:
        token = callers[name].token
        assert socket_lets_in(book, "/v1/stream", token, watch) == (name in READERS), name
        cancel = f'{{"id":1,"op":"cancel","order_id":"{NOBODY}"}}'
        assert socket_lets_in(book, "/v1/trade", token, cancel) == (name in TRADERS), name


def sign_in_again(book: Book, role: str) -> Client:
    email = OWNER_EMAIL if role == "owner" else f"{role}@example.org"
    if role == "owner":
        return book.server.login()
    tokens = book.owner.post("/v1/auth/login", {"email": email, "password": PASSWORD})
    return book.server.client(tokens["access_token"])


def ask(client: Client, method: str, path: str, *, body: object = None, **in_path: str) -> tuple[int, str]:
    """Status and code of the answer; an empty object is the body of what takes one."""
    url = path.format_map({**IN_PATHS, **in_path})
    content = {} if body is None and method in ("POST", "PUT", "PATCH") else body
    answer = client.http.request(method, url, json=content)
    is_problem = answer.headers.get("content-type") == "application/problem+json"
    return answer.status_code, answer.json()["code"] if is_problem else ""


def socket_lets_in(book: Book, path: str, token: str, request: str) -> bool:
    url = book.server.url.replace("http", "ws")
    with connect(f"{url}{path}", additional_headers={"authorization": f"Bearer {token}"}) as socket:
        socket.send(request)
        answer = str(socket.recv(timeout=10))
        if '"authenticated"' in answer:
            answer = str(socket.recv(timeout=10))
    return '"forbidden"' not in answer and '"unauthenticated"' not in answer


def test_a_key_that_may_administer_leads_to_no_more_than_itself(book: Book) -> None:
    key = book.key("read", "admin")
    me = key.get("/v1/auth/me")["user_id"]
    for method, path, body in (
        ("POST", f"/v1/members/{me}/password-reset", None),
        ("POST", "/v1/members", {"email": "more@example.com", "role": "owner"}),
        ("PATCH", f"/v1/members/{me}", {"role": "viewer"}),
        ("DELETE", f"/v1/members/{me}", None),
        ("POST", f"/v1/accounts/{book.account_id}/venue-credential", {"secrets": {"api_key": "k"}}),
        ("DELETE", f"/v1/accounts/{book.account_id}/venue-credential", None),
    ):
        refused = key.call(method, path, body, expect=403)
        assert "sign in with your password" in refused["detail"]
    assert key.get("/v1/members")["items"]
