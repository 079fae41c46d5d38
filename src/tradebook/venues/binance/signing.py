"""How a request is signed, with each kind of key that Binance gives out.

https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security. The payload is
percent-encoded *before* it is signed. Keys never show in ``repr``, errors or logs.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Protocol
from urllib.parse import quote, urlencode

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tradebook.kernel.errors import InvalidInput
from tradebook.venues.binance.requests import Request, Security
from tradebook.venues.binance.wire import milliseconds

RECV_WINDOW_MS = 5_000
"""For so long after its timestamp a request is taken; after that Binance refuses it by itself."""

_KEY_HEADER = "X-MBX-APIKEY"
_PEM = "-----BEGIN"


class Signer(Protocol):
    """Signs a payload; shows nothing of its key."""

    def sign(self, payload: str) -> str:
        """The signature as Binance wants it, not yet percent-encoded."""
        ...


class HmacSigner:
    """HMAC-SHA256 with a shared secret, in hexadecimal."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def sign(self, payload: str) -> str:
        """64 hexadecimal digits."""
        return hmac.new(self._secret, payload.encode(), sha256).hexdigest()


class RsaSigner:
    """RSASSA-PKCS1-v1_5 with SHA-256, in base 64."""

    __slots__ = ("_key",)

    def __init__(self, key: RSAPrivateKey) -> None:
        self._key = key

    def sign(self, payload: str) -> str:
        """Base 64."""
        return base64.b64encode(self._key.sign(payload.encode(), PKCS1v15(), SHA256())).decode()


class Ed25519Signer:
    """Ed25519, in base 64: the kind that Binance recommends."""

    __slots__ = ("_key",)

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def sign(self, payload: str) -> str:
        """Base 64."""
        return base64.b64encode(self._key.sign(payload.encode())).decode()


def signer_of(secret: str) -> Signer:
    """The signer for a secret: a private key in PEM is RSA or Ed25519, anything else a shared secret.

    Raises InvalidInput for a key that cannot be read, without a word of what it is.
    """
    if not secret.lstrip().startswith(_PEM):
        return HmacSigner(secret)
    try:
        key = load_pem_private_key(secret.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    match key:
        case Ed25519PrivateKey():
            return Ed25519Signer(key)
        case RSAPrivateKey():
            return RsaSigner(key)
        case _:
            raise InvalidInput(
                "secret", "not a private key that Binance takes", "use Ed25519 or RSA, without password"
            )


class Credentials:
    """Who asks, and how it is proved."""

    __slots__ = ("api_key", "signer")

    def __init__(self, api_key: str, signer: Signer) -> None:
        self.api_key = api_key
        self.signer = signer

    def __repr__(self) -> str:
        return "Credentials(***)"


class SignedRequest:
    """A request ready to be sent: everything is in the query string."""

    __slots__ = ("headers", "method", "path", "query")

    def __init__(self, method: str, path: str, query: str, headers: Mapping[str, str]) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers

    def __repr__(self) -> str:
        return f"SignedRequest({self.method} {self.path})"


def payload_of(params: tuple[tuple[str, str], ...]) -> str:
    """Parameters as a query string, percent-encoded."""
    return urlencode(params, quote_via=quote, safe="")


def sign(
    request: Request, credentials: Credentials | None, *, at: datetime, recv_window_ms: int = RECV_WINDOW_MS
) -> SignedRequest:
    """Make it ready; ``at`` is the clock of Binance as we know it. Raises ValueError without credentials."""
    if request.security is Security.NONE:
        return SignedRequest(request.method, request.path, payload_of(request.params), {})
    if credentials is None:
        raise ValueError(f"{request.path} needs credentials")
    headers = {_KEY_HEADER: credentials.api_key}
    if request.security is Security.KEY:
        return SignedRequest(request.method, request.path, payload_of(request.params), headers)
    timed = (("recvWindow", str(recv_window_ms)), ("timestamp", str(milliseconds(at))))
    payload = payload_of(request.params + timed)
    signature = quote(credentials.signer.sign(payload), safe="")
    return SignedRequest(request.method, request.path, f"{payload}&signature={signature}", headers)


def user_stream_subscription(credentials: Credentials, *, request_id: str, at: datetime) -> bytes:
    """The frame that subscribes to the spot account over the WebSocket API: no listen key, one signature.

    https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-api.md, where parameters are
    signed in the order of their names.
    """
    params = {
        "apiKey": credentials.api_key,
        "recvWindow": str(RECV_WINDOW_MS),
        "timestamp": str(milliseconds(at)),
    }
    signature = credentials.signer.sign(payload_of(tuple(sorted(params.items()))))
    frame = {
        "id": request_id,
        "method": "userDataStream.subscribe.signature",
        "params": {
            "apiKey": credentials.api_key,
            "recvWindow": RECV_WINDOW_MS,
            "timestamp": milliseconds(at),
            "signature": signature,
        },
    }
    return msgspec.json.encode(frame)
