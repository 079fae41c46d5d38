"""How requests to Binance are signed, with every kind of key, and that keys never show."""

from __future__ import annotations

import base64
import hmac
import json
import traceback
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import parse_qsl, unquote

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from tests.conformance.venues.binance_tables import WIRE

from tradebook.kernel.errors import InvalidInput
from tradebook.venues.binance import futures_execution, spot_execution
from tradebook.venues.binance.requests import public, signed
from tradebook.venues.binance.signing import (
    Credentials,
    payload_of,
    sign,
    signer_of,
    user_stream_subscription,
)

CASES = [
    case
    for case in json.loads((WIRE / "signing_vectors.json").read_text())["cases"]
    if case["exchange"].startswith("binance")
]
AT = datetime(2017, 7, 12, 2, 41, 59, 559000, tzinfo=UTC)
SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"


def test_all_published_signatures_of_binance_are_here() -> None:
    assert [case["id"] for case in CASES] == [
        "binance-spot-order-query",
        "binance-spot-order-mixed-query-and-body",
        "binance-timestamp-only",
        "binanceusdm-order",
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_published_signature_is_ours(case: dict[str, str]) -> None:
    assert signer_of(case["secret"]).sign(case["payload"]) == case["signature"]


def test_a_request_is_the_published_one() -> None:
    case = CASES[0]
    request = signed(
        "POST",
        "/api/v3/order",
        symbol="LTCBTC",
        side="BUY",
        type="LIMIT",
        timeInForce="GTC",
        quantity=1,
        price="0.1",
    )
    ready = sign(request, Credentials(case["api_key"], signer_of(case["secret"])), at=AT)
    assert ready.query == f"{case['payload']}&signature={case['signature']}"
    assert ready.headers == {"X-MBX-APIKEY": case["api_key"]}


def test_a_payload_is_percent_encoded_before_it_is_signed() -> None:
    assert payload_of((("symbol", "币安USDT"), ("x", "a b/c"))) == (
        "symbol=%E5%B8%81%E5%AE%89USDT&x=a%20b%2Fc"
    )


def test_an_ed25519_key_signs_so_that_its_public_key_agrees() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    ready = sign(signed("GET", "/api/v3/account"), Credentials("key", signer_of(pem)), at=AT)
    payload, _, signature = ready.query.rpartition("&signature=")
    key.public_key().verify(base64.b64decode(unquote(signature)), payload.encode())
    assert "+" not in signature
    assert "/" not in signature


def test_an_rsa_key_signs_so_that_its_public_key_agrees() -> None:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    signature = base64.b64decode(signer_of(pem).sign("timestamp=1"))
    key.public_key().verify(signature, b"timestamp=1", PKCS1v15(), SHA256())


def test_a_locked_key_is_refused_without_a_word_of_it() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word")).decode()
    with pytest.raises(InvalidInput) as refused:
        signer_of(pem)
    assert pem[40:80] not in "".join(traceback.format_exception(refused.value))


def test_nothing_that_is_printed_shows_a_key() -> None:
    credentials = Credentials("the-key", signer_of(SECRET))
    ready = sign(spot_execution.spot_account(), credentials, at=AT)
    for each in (credentials, credentials.signer, ready):
        for text in (repr(each), str(each), f"{each}"):
            assert "the-key" not in text
            assert SECRET not in text
            assert "signature" not in text


def test_a_public_request_carries_no_key_and_a_private_one_cannot_go_without() -> None:
    ready = sign(public("/api/v3/depth", symbol="BTCUSDT", limit=5000), None, at=AT)
    assert (ready.query, ready.headers) == ("symbol=BTCUSDT&limit=5000", {})
    with pytest.raises(ValueError, match="needs credentials"):
        sign(spot_execution.spot_account(), None, at=AT)


def test_a_listen_key_is_asked_for_with_the_key_alone() -> None:
    ready = sign(futures_execution.keep_listen_key(), Credentials("k", signer_of(SECRET)), at=AT)
    assert (ready.method, ready.path, ready.query) == ("PUT", "/fapi/v1/listenKey", "")
    assert ready.headers == {"X-MBX-APIKEY": "k"}
    assert futures_execution.open_listen_key().method == "POST"


def test_the_spot_stream_is_subscribed_to_with_one_signature() -> None:
    frame = user_stream_subscription(Credentials("k", signer_of(SECRET)), request_id="1", at=AT)
    read = msgspec.json.decode(frame)
    assert read["method"] == "userDataStream.subscribe.signature"
    params = read["params"]
    payload = "apiKey=k&recvWindow=5000&timestamp=1499827319559"
    assert params.pop("signature") == hmac.new(SECRET.encode(), payload.encode(), sha256).hexdigest()
    assert {name: str(value) for name, value in params.items()} == dict(parse_qsl(payload))
