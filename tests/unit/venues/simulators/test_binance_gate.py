"""Whom the simulated Binance lets in, and what it says to the others."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.support.simulated_binance import BTC, KEY, READER, READER_SECRET, SECRET, Exchange, HandClock

from tradebook.kernel.errors import InvalidInput
from tradebook.venues.simulators.binance.accounts import SpotAccount
from tradebook.venues.simulators.binance.budgets import Budgets
from tradebook.venues.simulators.binance.venue import BinanceVenue
from tradebook.venues.simulators.keys import Proof, proof_of
from tradebook.venues.simulators.spot.accounts import ApiKey
from tradebook.venues.simulators.venue import SimulatedAnswer, SimulatedRequest

ACCOUNT = "/api/v3/account"


@pytest.fixture
def exchange() -> Exchange:
    return Exchange(USDT="1000")


def problem(exchange: Exchange, query: str, key: str = KEY) -> tuple[int, int]:
    status, document, _ = exchange.send("GET", ACCOUNT, query, key)
    return status, document.get("code", 0)


def test_a_request_without_a_key_or_with_a_strange_one_is_refused(exchange: Exchange) -> None:
    query = exchange.signed({})
    assert problem(exchange, query, key="") == (401, -2014)
    assert problem(exchange, query, key="a key!") == (401, -2014)
    assert problem(exchange, query, key="nobody") == (401, -2015)


def test_a_signature_must_be_there_and_be_the_owners(exchange: Exchange) -> None:
    assert problem(exchange, f"timestamp={exchange.milliseconds}") == (400, -1102)
    assert problem(exchange, exchange.signed({}, secret="another")) == (400, -1022)
    assert problem(exchange, exchange.signed({}).replace("timestamp", "recvWindow=9&timestamp")) == (
        400,
        -1022,
    )
    assert problem(exchange, exchange.signed({})) == (200, 0)


@pytest.mark.parametrize(
    ("off_ms", "window", "code"),
    [
        (-5000, None, 0),
        (-5001, None, -1021),
        (-9000, 9000, 0),
        (-100, 99, -1021),
        (999, None, 0),
        (1000, None, -1021),
        (0, 60_001, -1131),
    ],
)
def test_a_request_is_taken_within_its_window(
    exchange: Exchange, off_ms: int, window: int | None, code: int
) -> None:
    params: dict[str, str | int] = {} if window is None else {"recvWindow": window}
    query = exchange.signed(params)
    exchange.pass_time(-off_ms / 1000)
    assert problem(exchange, query)[1] == code


def test_what_is_in_the_body_is_signed_as_well(exchange: Exchange) -> None:
    signed = exchange.signed({"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET"})
    without, signature = signed.split("&signature=")
    query, _, body = without.partition("&")
    request = SimulatedRequest(
        method="POST",
        path="/api/v3/order/test",
        query=query,
        headers={"x-mbx-apikey": KEY},
        body=f"{body}&signature={signature}".encode(),
    )
    answer = exchange.venue.answer(request)
    assert json.loads(answer.body)["code"] == -1022  # an ampersand was signed between the two: it must not be
    joined = exchange.signed({"symbol": "BTCUSDT"})
    answer = exchange.venue.answer(
        SimulatedRequest(
            method="DELETE",
            path="/api/v3/openOrders",
            query="",
            headers={"x-mbx-apikey": KEY},
            body=joined.encode(),
        )
    )
    assert json.loads(answer.body)["code"] == -2011


def test_a_key_that_may_only_read_places_nothing(exchange: Exchange) -> None:
    query = exchange.signed({"symbol": "BTCUSDT"}, secret=READER_SECRET)
    assert exchange.send("DELETE", "/api/v3/openOrders", query, READER)[1]["code"] == -2015
    assert exchange.send("GET", "/api/v3/openOrders", query, READER)[1] == []
    _, may, _ = exchange.send(
        "GET", "/sapi/v1/account/apiRestrictions", exchange.signed({}, secret=READER_SECRET), READER
    )
    assert (may["enableReading"], may["enableSpotAndMarginTrading"]) == (True, False)


def test_there_is_nothing_at_other_paths_and_methods(exchange: Exchange) -> None:
    assert exchange.ask("GET", "/api/v3/nothing")[0] == 404
    assert exchange.ask("PUT", "/api/v3/order")[0] == 405


def answer_to(proof: Proof, signature: str) -> SimulatedAnswer:
    clock = HandClock()
    account = SpotAccount(1, keys=[ApiKey(api_key=KEY, proof=proof)], balances={})
    query = f"timestamp={round(clock.now().timestamp() * 1000)}&signature={quote(signature, safe='')}"
    venue = BinanceVenue([BTC], clock, accounts=[account])
    return venue.answer(
        SimulatedRequest(method="GET", path=ACCOUNT, query=query, headers={"x-mbx-apikey": KEY})
    )


PAYLOAD = f"timestamp={round(HandClock().now().timestamp() * 1000)}".encode()


def pem(key: Any) -> str:
    encoded: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return encoded.decode()


def test_an_ed25519_key_proves_itself() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    proof = proof_of(pem(key))
    good = base64.b64encode(key.sign(PAYLOAD)).decode()
    assert answer_to(proof, good).status == 200
    assert answer_to(proof, base64.b64encode(key.sign(b"something else")).decode()).status == 400
    assert answer_to(proof, "no base 64").status == 400


def test_an_rsa_key_proves_itself() -> None:
    key = rsa.generate_private_key(65537, 2048)
    signature = base64.b64encode(key.sign(PAYLOAD, padding.PKCS1v15(), SHA256())).decode()
    assert answer_to(proof_of(pem(key)), signature).status == 200


def test_other_public_keys_are_not_taken() -> None:
    with pytest.raises(InvalidInput):
        proof_of(pem(ec.generate_private_key(ec.SECP256R1())))
    with pytest.raises(InvalidInput):
        proof_of("-----BEGIN PUBLIC KEY-----\nnothing\n-----END PUBLIC KEY-----")


def test_a_secret_does_not_show() -> None:
    assert SECRET not in repr(ApiKey(api_key=KEY, proof=proof_of(SECRET)))


def test_who_asks_too_much_is_told_when_to_come_back_and_banned_for_going_on() -> None:
    exchange = Exchange(budgets=Budgets(weight_per_minute=40))
    exchange.pass_time(50)
    statuses = [exchange.ask("GET", ACCOUNT)[0] for _ in range(13)]
    assert statuses == [200, 200, *[429] * 10, 418]
    _, document, headers = exchange.send("GET", ACCOUNT, exchange.signed({}))
    assert (document["code"], headers["retry-after"]) == (-1003, "121")
    exchange.pass_time(119)
    assert exchange.ask("GET", ACCOUNT)[0] == 418
    exchange.pass_time(2)
    assert exchange.ask("GET", ACCOUNT)[0] == 200


def test_what_was_asked_is_counted_in_whole_minutes() -> None:
    exchange = Exchange(budgets=Budgets(weight_per_minute=40))
    exchange.ask("GET", ACCOUNT)
    _, _, headers = exchange.send("GET", ACCOUNT, exchange.signed({}))
    assert headers["x-mbx-used-weight-1m"] == "40"
    _, _, headers = exchange.send("GET", ACCOUNT, exchange.signed({}))
    assert headers["retry-after"] == "61"
    exchange.pass_time(60)
    assert exchange.ask("GET", ACCOUNT)[0] == 200


def test_orders_are_counted_by_account_in_ten_seconds() -> None:
    exchange = Exchange(budgets=Budgets(orders_per_10_s=2), USDT="1000")
    exchange.trade("100")
    words = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
    query = {**words, "quantity": "1", "price": "90"}
    for used in ("1", "2"):
        status, _, headers = exchange.send("POST", "/api/v3/order", exchange.signed(query))
        assert (status, headers["x-mbx-order-count-10s"]) == (200, used)
    status, document, headers = exchange.send("POST", "/api/v3/order", exchange.signed(query))
    assert (status, document["code"]) == (429, -1015)
    assert document["msg"] == "Too many new orders; current limit is 2 orders per 10 SECOND."
    assert (headers["retry-after"], headers["x-mbx-order-count-10s"]) == ("11", "3")
    exchange.pass_time(10)
    assert exchange.ask("POST", "/api/v3/order", **query)[0] == 200
