"""How requests are signed (https://bybit-exchange.github.io/docs/v5/guide#authentication)."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import NoReturn

RECV_WINDOW_MS = 5000
"""How old a request may be when it reaches the venue; it is refused afterwards."""


class Credentials:
    """An API key and its secret, which shows nowhere: not in text, not in a pickle, not in an error."""

    __slots__ = ("_secret", "api_key")

    def __init__(self, api_key: str, secret: str) -> None:
        self.api_key = api_key
        self._secret = secret.encode()

    def __repr__(self) -> str:
        return "Credentials(bybit)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("credentials are not pickled")

    def sign(self, text: str) -> str:
        """HMAC-SHA256 of a text, in hexadecimal."""
        return hmac.new(self._secret, text.encode(), sha256).hexdigest()


def signed_headers(
    credentials: Credentials, payload: str, *, at_ms: int, recv_window_ms: int = RECV_WINDOW_MS
) -> dict[str, str]:
    """The headers that sign a request: ``payload`` is the query of a GET and the body of a POST, as sent.

    ``at_ms`` is the venue's clock; a request from more than a second ahead of it is refused.
    """
    stamp, window = str(at_ms), str(recv_window_ms)
    return {
        "X-BAPI-API-KEY": credentials.api_key,
        "X-BAPI-TIMESTAMP": stamp,
        "X-BAPI-RECV-WINDOW": window,
        "X-BAPI-SIGN": credentials.sign(f"{stamp}{credentials.api_key}{window}{payload}"),
    }


def websocket_login(credentials: Credentials, *, expires_ms: int) -> dict[str, object]:
    """The frame that opens a private stream or the trade stream, good until ``expires_ms`` by the venue."""
    signature = credentials.sign(f"GET/realtime{expires_ms}")
    return {"op": "auth", "args": [credentials.api_key, expires_ms, signature]}
