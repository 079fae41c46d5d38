"""Whatever is sent: a clear problem names the field and the remedy, and nothing in the book has moved."""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.e2e.edge.conftest import BTC, PASSWORD, Book
from tests.support.machine import slowness
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tradebook.identity.signing import SigningKeys

MIB = 1024 * 1024
DEEP = b'{"a":' * 100_000
ODD_NUMBERS = ["NaN", "-NaN", "sNaN", "Infinity", "-Infinity", "inf", "1e999999", "1E5", "-1", "+1", "", " 1"]
MORE_ODD_NUMBERS = ["1_000", "0x10", "1,5", ".5", "5.", "١", "1\n", "1" * 39, "0." + "0" * 38 + "1", "1\x00"]
ODD_IDS = [
    "' or 1=1 --",
    "../../etc/passwd",
    "a\x00b",
    "%",
    "x" * 65,
    "x" * 5000,
    "🦦",
    "<script>",
    "\r\nx: y",
]


@pytest.fixture(autouse=True)
def _nothing_is_recorded(book: Book) -> Iterator[None]:
    """Each of these tests must leave journal and account as they were, but for who is signed in."""
    head = book.head()
    before = balances(book, head)
    yield
    recorded = book.client.get(f"/v1/journal?after={head}")["items"]
    ours = [each for each in recorded if not each["stream"].startswith("session-")]
    assert [each for each in ours if each["type"] != "trading.EquityMarked"] == []
    assert balances(book, book.head()) == before
    assert httpx.get(f"{book.server.url}/health/ready").json()["state"] == "ok"


def balances(book: Book, position: int) -> Any:
    """As of a position that their view may not show yet."""
    headers = {"tradebook-position": str(position)}
    return book.client.get(f"/v1/accounts/{book.account_id}/balances", headers=headers)["items"]


def send(
    book: Book, path: str, body: bytes, *, method: str = "POST", **headers: str
) -> tuple[int, dict[str, Any]]:
    """Status and problem of a request whose body is sent as it is; about members only people decide."""
    caller = book.owner if path.startswith("/v1/members") else book.client
    answer = caller.http.request(
        method, path, content=body, headers={"content-type": "application/json", **headers}
    )
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = answer.json()
    assert problem["status"] == answer.status_code
    return answer.status_code, problem


def refused(book: Book, path: str, body: object, *, field: str, method: str = "POST") -> dict[str, Any]:
    """The problem of a request that is refused because of this field."""
    status, problem = send(book, path, json.dumps(body).encode(), method=method)
    assert status == 422, problem
    assert problem["field"] == field
    assert problem["detail"].startswith(f"{field}: ")
    assert "; " in problem["detail"]  # the remedy stands behind the problem
    return problem


# --- numbers


@pytest.mark.parametrize("number", [*ODD_NUMBERS, *MORE_ODD_NUMBERS])
@pytest.mark.parametrize("field", ["quantity", "price"])
def test_what_is_no_plain_number_is_refused_in_orders(book: Book, field: str, number: str) -> None:
    refused(book, "/v1/orders", book.order_request("odd", **{field: number}), field=field)


@pytest.mark.parametrize("number", [*ODD_NUMBERS, *MORE_ODD_NUMBERS])
def test_what_is_no_plain_number_is_refused_in_bookings(book: Book, number: str) -> None:
    for kind in ("deposits", "withdrawals"):
        body = {"asset": "USDT", "amount": number}
        refused(book, f"/v1/accounts/{book.account_id}/{kind}", body, field="amount")


@pytest.mark.parametrize("number", ["0", "0.00"])
def test_nothing_is_no_amount(book: Book, number: str) -> None:
    body = {"asset": "USDT", "amount": number}
    refused(book, f"/v1/accounts/{book.account_id}/deposits", body, field="amount")


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e999999", "0x10", "01", "1" * 5000])
def test_a_number_where_a_string_belongs_is_refused(book: Book, literal: str) -> None:
    body = json.dumps(book.order_request("literal")).replace('"0.001"', literal).encode()
    status, problem = send(book, "/v1/orders", body)
    assert (status, problem["field"]) in {(400, "body"), (422, "quantity")}


def test_a_float_is_told_to_be_a_string(book: Book) -> None:
    problem = refused(book, "/v1/orders", book.order_request("float", quantity=0.001), field="quantity")
    assert "write decimals as strings" in problem["detail"]


# --- shapes


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"quantitty": "1"}, "quantitty"),
        ({"side": "both"}, "side"),
        ({"side": 5}, "side"),
        ({"type": None}, "type"),
        ({"post_only": "yes"}, "post_only"),
        ({"tags": "one"}, "tags"),
        ({"tags": ["x"] * 17}, "tags"),
        ({"take_profit": {"stop_price": "1", "stop": "2"}}, "take_profit.stop"),
        ({"expires_at": "tomorrow"}, "expires_at"),
        ({"expires_at": "2026-01-01T00:00:00"}, "expires_at"),
        ({"account_id": {}}, "account_id"),
        ({"client_order_id": "x" * 65}, "client_order_id"),
        ({"client_order_id": "a b"}, "client_order_id"),
        ({"client_order_id": "ü"}, "client_order_id"),
    ],
)
def test_wrong_shapes_are_named(book: Book, change: dict[str, Any], field: str) -> None:
    refused(book, "/v1/orders", book.order_request("shape", **change), field=field)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/v1/orders", b'{"account_id":"a","account_id":"b"}', "account_id"),
        ("/v1/accounts", b'{"name":"a","name":"b"}', "name"),
        ("/v1/accounts", b'{"name":"a","\\u006eame":"b"}', "name"),
        ("/v1/parties", b'{"kind":"fund","name":"a","kind":"company"}', "kind"),
        ("/v1/orders/cancel-all", b'{"instrument":"a:b" , "instrument" :"c"}', "instrument"),
    ],
)
def test_a_key_that_comes_twice_is_refused(book: Book, path: str, body: bytes, field: str) -> None:
    if path == "/v1/orders":
        fields = json.dumps(book.order_request("twice"))[1:-1]
        body = f'{{{fields},"account_id":"other"}}'.encode()
    status, problem = send(book, path, body)
    assert (status, problem["field"]) == (422, field), problem


WRITES = ("/v1/orders", "/v1/orders/batch", "/v1/accounts", "/v1/auth/login", "/v1/members", "/v1/parties")


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("empty", b""),
        ("no JSON", b"hello"),
        ("half JSON", b'{"name":'),
        ("two documents", b"{}{}"),
        ("not UTF-8", b'{"name":"\xff\xfe","email":"\xc3"}'),
        ("UTF-16", '{"name":"x"}'.encode("utf-16")),
        ("a NUL", b'{"name":"\x00"}'),
        ("half of a pair", b'{"name":"\\ud800","client_order_id":"\\ud800"}'),
        ("null", b"null"),
        ("a number", b"5"),
        ("a string", b'"x"'),
        ("an empty list", b"[]"),
        ("a list of nothing", b"[null]"),
        ("deep objects", DEEP),
        ("deep lists", b"[" * 500_000),
        ("many fields", json.dumps({f"f{n}": n for n in range(20_000)}).encode()),
    ],
)
def test_what_is_no_document_of_ours_is_refused(book: Book, path: str, name: str, body: bytes) -> None:
    status, problem = send(book, path, body)
    assert status in (400, 413, 422), name
    assert problem["field"], name
    assert problem["code"] in ("malformed_json", "invalid_input", "body_too_large"), name


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/accounts", {"name": "HALF"}),
        ("/v1/parties", {"kind": "fund", "name": "HALF"}),
        ("/v1/auth/keys", {"name": "HALF", "scopes": ["read"]}),
        ("/v1/auth/login", {"email": "a@example.org", "password": "HALF"}),
        ("/v1/auth/login", {"email": "HALF@example.org", "password": "x"}),
        ("/v1/auth/refresh", {"refresh_token": "HALF"}),
        ("/v1/auth/join", {"token": "HALF", "password": "x", "name": "HALF"}),
        ("/v1/members", {"email": "HALF@example.org", "role": "viewer"}),
    ],
)
def test_half_of_a_surrogate_pair_is_no_text(book: Book, path: str, body: dict[str, Any]) -> None:
    as_owner = {"authorization": f"Bearer {book.owner.token}"}
    status, problem = send(book, path, json.dumps(body).replace("HALF", "\\ud800").encode(), **as_owner)
    assert status in (400, 422), problem
    assert problem["field"]


@pytest.mark.parametrize("path", WRITES)
def test_a_body_is_read_up_to_its_bound(book: Book, path: str) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(32):
            yield b" " * (64 * 1024)

    status, problem = send(book, path, b" " * (MIB + 1))
    assert (status, problem["code"], problem["field"]) == (413, "body_too_large", "body")
    answer = httpx.post(
        f"{book.server.url}{path}",
        content=parts(),
        headers={"authorization": f"Bearer {book.client.token}", "content-type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


# --- ids, cursors and positions


@pytest.mark.parametrize("odd", ODD_IDS)
def test_odd_ids_are_not_found_or_named(book: Book, odd: str) -> None:
    quoted = httpx.QueryParams({"x": odd}).__str__()[2:].replace("+", "%20")
    for path in (
        f"/v1/accounts/{quoted}",
        f"/v1/accounts/{quoted}/balances",
        f"/v1/accounts/{quoted}/risk",
        f"/v1/orders/{quoted}",
        f"/v1/quotes/{quoted}",
        f"/v1/candles/{quoted}",
        f"/v1/orders?account_id={quoted}",
        f"/v1/explain?of=balance:{quoted}:USDT:total",
        f"/v1/explain?of={quoted}",
    ):
        status, problem = send(book, path, b"", method="GET")
        assert status in (404, 422), (path, problem)
    order = book.order_request("odd-id", instrument=odd)
    status, problem = send(book, "/v1/orders", json.dumps(order).encode())
    assert status in (404, 422), problem
    assert problem["code"] != "internal_error"


@pytest.mark.parametrize(
    "path", ["/v1/orders", "/v1/accounts", "/v1/auth/keys", "/v1/journal", "/v1/parties"]
)
@pytest.mark.parametrize(
    "key", ["x", "{}", "-1", "[1]", "99999999999999999999999", '["9999-12-31","x"]', "NaN"]
)
def test_a_cursor_that_is_not_ours_is_refused(book: Book, path: str, key: str) -> None:
    for cursor in (key, base64.urlsafe_b64encode(key.encode()).decode()):
        answer = book.client.http.get(path, params={"cursor": cursor})
        assert answer.status_code in (200, 422), answer.text
        assert answer.status_code == 200 or answer.json()["field"] == "cursor"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=501", "limit"),
        ("limit=1.5", "limit"),
        ("limit=1&limit=2", "limit"),
        ("limit=99999999999999999999999", "limit"),
        ("status=gone", "status"),
        ("since=yesterday", "since"),
        ("since=1", "since"),
        ("since=2026-01-01", "since"),
        ("as_of=NaN", "account_id"),
        ("unknown=1", "unknown"),
        ("=1", "query"),
    ],
)
def test_bad_questions_are_refused(book: Book, query: str, field: str) -> None:
    status, problem = send(book, f"/v1/orders?{query}", b"", method="GET")
    assert (status, problem["field"]) == (422, field)


@pytest.mark.parametrize("position", ["x", "-1", "1e3", "9" * 18, "9" * 30])
def test_a_position_that_was_never_reached_is_refused_at_once(book: Book, position: str) -> None:
    began = time.monotonic()
    status, problem = send(book, "/v1/orders", b"", method="GET", **{"tradebook-position": position})
    assert (status, problem["field"]) == (422, "Tradebook-Position")
    assert time.monotonic() - began < slowness()
    as_of = f"/v1/accounts/{book.account_id}/balances?as_of={'9' * 18}"
    assert send(book, as_of, b"", method="GET")[1]["field"] == "as_of"


# --- tokens


def forgeries(book: Book, token: str) -> dict[str, str]:
    """Tokens that say what a good one says and are none."""
    header, claims, signature = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    kid = jwt.get_unverified_header(token)["kid"]
    public = book.client.get("/.well-known/jwks.json")["keys"][0]["x"]
    raw_public = base64.urlsafe_b64decode(public + "=")
    other = Ed25519PrivateKey.generate()

    def plain(document: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()

    def hs256(secret: bytes) -> str:
        return jwt.encode(said, secret, algorithm="HS256", headers={"kid": kid})

    return {
        "alg none": f"{plain({'alg': 'none', 'kid': kid})}.{claims}.",
        "alg None, signature kept": f"{plain({'alg': 'None', 'kid': kid})}.{claims}.{signature}",
        "another key": jwt.encode(said, other, algorithm="EdDSA", headers={"kid": kid}),
        "an unknown kid": jwt.encode(said, other, algorithm="EdDSA", headers={"kid": "x"}),
        "no kid": jwt.encode(said, other, algorithm="EdDSA"),
        "HS256 with the raw public key": hs256(raw_public),
        "HS256 with the written public key": hs256(public.encode().ljust(32, b"=")),
        "a changed claim": f"{header}.{plain({**said, 'role': 'owner', 'exp': 9_999_999_999})}.{signature}",
        "no signature": f"{header}.{claims}.",
        "not base64": f"{header}.!!!.{signature}",
        "two parts": f"{header}.{claims}",
        "a key's form": "tb_x_y",
        "a key with odd signs": "tb_é_ü",
        "very long": "x" * 6000,
    }


def test_forged_tokens_open_nothing(book: Book) -> None:
    good = book.owner.token
    assert httpx.get(f"{book.server.url}/v1/auth/me", headers={"authorization": f"Bearer {good}"}).is_success
    for name, forged in forgeries(book, good).items():
        header = {"authorization": f"Bearer {forged}".encode("latin-1")}
        for method, path in (("GET", "/v1/auth/me"), ("GET", "/v1/orders"), ("POST", "/v1/orders")):
            url = f"{book.server.url}{path}"
            answer = httpx.request(method, url, headers=header)  # type: ignore[arg-type]  # takes bytes too
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), (name, path)
            assert answer.headers["www-authenticate"].startswith("Bearer")
    for path in ("/v1/stream", "/v1/trade"):
        for name, forged in forgeries(book, good).items():
            with socket_to(book, path) as ws:
                ws.send(
                    json.dumps({"op": "auth", "token": forged, **({"id": 1} if path == "/v1/trade" else {})})
                )
                assert json.loads(ws.recv(timeout=5))["problem"]["status"] == 401, (path, name)
                assert close_code(ws) == 4401, (path, name)


def test_a_true_signature_does_not_save_wrong_claims(book: Book) -> None:
    keys = SigningKeys(book.server.data / "secrets" / "tokens.json")
    member = book.server.login()
    said = jwt.decode(member.token, options={"verify_signature": False})

    def signed(**changes: Any) -> str:
        claims = {name: value for name, value in {**said, **changes}.items() if value is not None}
        return jwt.encode(claims, keys.private, algorithm="EdDSA", headers={"kid": keys.kid})

    def status(token: str) -> int:
        header = {"authorization": f"Bearer {token}"}
        return httpx.get(f"{book.server.url}/v1/orders", headers=header).status_code

    assert status(signed()) == 200
    wrong: list[dict[str, Any]] = [
        {"exp": int(time.time()) - 1},
        {"exp": None},
        {"exp": "9999999999"},
        {"exp": 10**40},
        {"iss": "another"},
        {"aud": "another-api"},
        {"aud": None},
        {"jti": None},
        {"sid": None},
        {"sub": "00000000-0000-7000-8000-000000000000"},
        {"sub": ["a"]},
        {"role": "emperor"},
    ]
    for changes in wrong:
        assert status(signed(**changes)) == 401, changes
    member.post("/v1/auth/logout", {}, expect=204)
    assert status(member.token) == 401
    assert status(signed()) == 401  # every token of the session has ended with it


def test_other_schemes_than_bearer_open_nothing(book: Book) -> None:
    for header in (f"Basic {book.client.token}", book.client.token, "Bearer", "Token x"):
        answer = httpx.get(f"{book.server.url}/v1/orders", headers={"authorization": header})
        assert answer.status_code == 401, header


# --- sockets


@contextlib.contextmanager
def socket_to(book: Book, path: str, token: str | None = None) -> Iterator[ClientConnection]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    url = f"{book.server.url.replace('http', 'ws')}{path}"
    with connect(url, additional_headers=headers, max_size=None, compression=None) as ws:
        yield ws


def close_code(ws: ClientConnection) -> int:
    with contextlib.suppress(ConnectionClosed):
        while True:
            ws.recv(timeout=10)
    assert ws.close_code is not None
    return ws.close_code


@pytest.mark.parametrize("number", ["NaN", "1e999999", "-1", "Infinity", ""])
def test_odd_numbers_are_refused_on_the_socket_too(book: Book, number: str) -> None:
    with socket_to(book, "/v1/trade", book.client.token) as ws:
        ws.send(json.dumps({"id": 1, "op": "place", "order": book.order_request("ws", quantity=number)}))
        problem = json.loads(ws.recv(timeout=5))["problem"]
        assert (problem["status"], problem["field"]) == (422, "order.quantity")


BAD_MESSAGES: dict[str, str] = {
    "no JSON": "hello",
    "half JSON": '{"op":',
    "no op": "{}",
    "an unknown op": '{"id":1,"op":"launch"}',
    "a list": "[]",
    "null": "null",
    "deep": '{"a":' * 50_000,
    "an unknown field": '{"id":1,"op":"cancel","order_id":"x","now":true}',
    "a wrong type": '{"id":1,"op":"cancel","order_id":5}',
    "a key twice": '{"id":1,"op":"cancel","order_id":"x","order_id":"y"}',
    "half of a pair": '{"id":1,"op":"cancel","order_id":"\\ud800"}',
    "an over-long id": json.dumps({"id": 1, "op": "cancel", "order_id": "x" * 65}),
    "an odd id": json.dumps({"id": 1, "op": "cancel", "order_id": "a\x00b"}),
    "no such channel": '{"op":"subscribe","channels":["moon"]}',
    "no channels": '{"op":"subscribe","channels":[]}',
    "an odd account": json.dumps({"op": "subscribe", "channels": ["orders:a\x00b"]}),
    "an odd instrument": json.dumps({"op": "subscribe", "channels": ["quotes:' or 1=1"]}),
}


@pytest.mark.parametrize("path", ["/v1/trade", "/v1/stream"])
@pytest.mark.parametrize("name", BAD_MESSAGES)
def test_a_bad_message_gets_a_problem_and_the_socket_goes_on(book: Book, path: str, name: str) -> None:
    with socket_to(book, path, book.client.token) as ws:
        ws.send(BAD_MESSAGES[name])
        problem = next_problem(ws)
        assert problem["status"] in (400, 404, 422), (name, problem)
        assert problem["detail"]
        ws.send(
            json.dumps({"id": 2, "op": "cancel", "order_id": "x"} if path == "/v1/trade" else {"op": "ping"})
        )
        answer = json.loads(ws.recv(timeout=5))
        assert answer.get("id") == 2 or answer.get("op") == "pong"


def next_problem(ws: ClientConnection) -> dict[str, Any]:
    """The first one; what else the socket says before is skipped."""
    while True:
        message = json.loads(ws.recv(timeout=5))
        if "problem" in message:
            problem: dict[str, Any] = message["problem"]
            return problem


@pytest.mark.parametrize("path", ["/v1/trade", "/v1/stream"])
def test_what_is_no_text_or_too_much_ends_the_socket_with_a_reason(book: Book, path: str) -> None:
    def closes(send_to: Callable[[ClientConnection], None]) -> int:
        with socket_to(book, path, book.client.token) as ws, contextlib.suppress(ConnectionClosed):
            send_to(ws)
        with socket_to(book, path, book.client.token) as ws:
            with contextlib.suppress(ConnectionClosed):
                send_to(ws)
            return close_code(ws)

    assert closes(lambda ws: ws.send(b"\x00\x01")) == 1003
    assert closes(lambda ws: ws.send("x" * (2 * MIB))) == 1009
    assert closes(lambda ws: ws.send(["x" * MIB, "x" * MIB])) == 1009


def test_a_text_that_is_not_utf8_is_refused(book: Book) -> None:
    for path in ("/v1/trade", "/v1/stream"):
        with socket_to(book, path, book.client.token) as ws:
            ws.send(b'{"id":1,"op":"\xff"}', text=True)
            message = ws.recv(timeout=5)
            while "problem" not in json.loads(message):
                message = ws.recv(timeout=5)
            assert json.loads(message)["problem"]["status"] in (400, 422)


# --- connections


def raw(book: Book) -> socket.socket:
    return socket.create_connection(("127.0.0.1", book.server.port), timeout=10)


def test_half_requests_hold_up_nobody(book: Book) -> None:
    halves = [
        b"",
        b"POST /v1/orders HT",
        b"POST /v1/orders HTTP/1.1\r\nHost: x\r\n",
        b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
        b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{",
        b"GET /v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
    ]
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            for half in halves:
                connection = stack.enter_context(raw(book))
                connection.sendall(half)
        began = time.monotonic()
        assert book.client.http.get("/v1/accounts").is_success
        assert time.monotonic() - began < 2 * slowness()


@pytest.mark.parametrize(
    "request_",
    [
        b"hello\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /v1/orders HTTP/1.1\r\nHost: x\r\nX: \x00\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_what_is_no_http_is_told_so_or_hung_up_on(book: Book, request_: bytes) -> None:
    with raw(book) as connection, contextlib.suppress(ConnectionError):
        connection.sendall(request_)
        answer = connection.recv(65536)
        assert answer == b"" or answer.split(b" ")[1][:1] == b"4", answer[:200]


def test_a_slow_body_is_answered_when_it_is_there(book: Book) -> None:
    body = b'{"quantity":"1"}'
    with raw(book) as connection:
        head = f"POST /v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {book.client.token}\r\n"
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode())
        for index in range(len(body)):
            connection.sendall(body[index : index + 1])
            time.sleep(0.01)
        assert b" 422 " in connection.recv(65536).split(b"\r\n")[0]


def test_secrets_are_not_repeated_in_problems(book: Book) -> None:
    body = {"email": 5, "password": PASSWORD, "instrument": BTC}
    _, problem = send(book, "/v1/auth/login", json.dumps(body).encode())
    assert PASSWORD not in json.dumps(problem)
