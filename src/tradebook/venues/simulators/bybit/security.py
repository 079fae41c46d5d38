"""Who asks, and whether he may: keys, signatures and times.

https://bybit-exchange.github.io/docs/v5/guide#authentication
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import parse_qsl

import msgspec

from tradebook.venues.simulators.bybit.accounts import BybitAccount
from tradebook.venues.simulators.bybit.params import Params
from tradebook.venues.simulators.bybit.rejections import Rejection, strange
from tradebook.venues.simulators.bybit.symbols import milliseconds
from tradebook.venues.simulators.spot.accounts import ApiKey
from tradebook.venues.simulators.venue import SimulatedRequest

RECV_WINDOW_MS = 5_000
AHEAD_MS_MAX = 1_000
"""A client's clock may be so far before ours."""

_read_body = msgspec.json.Decoder(dict[str, str | int | float | bool | None]).decode


class Asked(Params):
    """A request whose sender is known."""

    def __init__(self, values: Mapping[str, str], account: BybitAccount, key: ApiKey) -> None:
        super().__init__(values)
        self.account = account
        self.key = key


class Gate:
    """Knows every key."""

    def __init__(self, accounts: Iterable[BybitAccount]) -> None:
        self._keys = {name: (each, key) for each in accounts for name, key in each.keys.items()}

    def admit(self, request: SimulatedRequest, now: datetime) -> Asked:
        """A signed request: what is signed is the query of a GET and the body of a POST. Raises Rejection."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        stamp, window = headers.get("x-bapi-timestamp", ""), headers.get("x-bapi-recv-window", "")
        api_key, signature = headers.get("x-bapi-api-key", ""), headers.get("x-bapi-sign", "")
        _require_fresh(stamp, window, now)
        account, key = self._known(api_key)
        payload = request.query.encode() if request.method == "GET" else request.body
        origin = f"{stamp}{api_key}{window}".encode() + payload
        if not key.proof.holds(origin, signature):
            raise Rejection(10004, "error sign! origin_string is not what was signed")
        return Asked(_values(request), account, key)

    def admit_stream(self, api_key: str, expires_ms: int, signature: str, now: datetime) -> BybitAccount:
        """Who wants to listen. Raises Rejection."""
        if expires_ms <= milliseconds(now):
            raise Rejection(10002, "Request expired")
        account, key = self._known(api_key)
        if not key.proof.holds(f"GET/realtime{expires_ms}".encode(), signature):
            raise Rejection(10004, "error sign!")
        return account

    def _known(self, api_key: str) -> tuple[BybitAccount, ApiKey]:
        known = self._keys.get(api_key)
        if known is None:
            raise Rejection(10003, "API key is invalid.")
        return known


def _values(request: SimulatedRequest) -> dict[str, str]:
    if request.method == "GET":
        return dict(parse_qsl(request.query))
    try:
        body = _read_body(request.body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise strange("body") from None
    return {name: value if isinstance(value, str) else str(value) for name, value in body.items()}


def _require_fresh(stamp: str, window: str, now: datetime) -> None:
    if not (stamp.isdigit() and (window or "0").isdigit()):
        raise Rejection(10002, "invalid request, please check your timestamp and recv_window param")
    at, span, here = int(stamp), int(window or RECV_WINDOW_MS), milliseconds(now)
    if not here - span <= at < here + AHEAD_MS_MAX:
        raise Rejection(
            10002,
            "invalid request, please check your server timestamp or recv_window param. "
            f"req_timestamp[{at}],server_timestamp[{here}],recv_window[{span}]",
        )
