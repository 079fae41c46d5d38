"""Who asks, and whether he may: keys, signatures and times.

https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#request-security
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl, quote, urlencode

from tradebook.venues.simulators.binance.numbers import milliseconds
from tradebook.venues.simulators.binance.params import Params
from tradebook.venues.simulators.binance.rejections import Rejection, missing, not_permitted
from tradebook.venues.simulators.spot.accounts import ApiKey, SpotAccount
from tradebook.venues.simulators.venue import SimulatedRequest

RECV_WINDOW_MS, RECV_WINDOW_MS_MAX = 5_000, 60_000
AHEAD_MS_MAX = 1_000
"""A client's clock may be so far before ours."""
API_KEY_LETTERS_MAX = 128

_KEY_HEADER = "x-mbx-apikey"
_SIGNATURE = "signature"


AccountT = TypeVar("AccountT", bound=SpotAccount[Any])


class Asked(Params, Generic[AccountT]):
    """A request whose sender is known."""

    def __init__(self, values: Mapping[str, str], account: AccountT, key: ApiKey) -> None:
        super().__init__(values)
        self.account = account
        self.key = key


class Gate(Generic[AccountT]):
    """Knows every key."""

    def __init__(self, accounts: Iterable[AccountT]) -> None:
        self._keys = {name: (each, key) for each in accounts for name, key in each.keys.items()}

    def admit(self, request: SimulatedRequest, now: datetime) -> Asked[AccountT]:
        """A signed request over HTTP: its parameters are in the query, the body or both. Raises Rejection."""
        query, body, params = request.query, request.body.decode(errors="replace"), params_of(request)
        # What is in the query and what is in the body are signed one after the other, with nothing between.
        return self._admit(_key_of(request), params, _unsigned(query) + _unsigned(body), now)

    def admit_key(self, request: SimulatedRequest) -> Asked[AccountT]:
        """A request that only says who asks. Raises Rejection."""
        account, key = self._known(_key_of(request))
        return Asked(params_of(request), account, key)

    def admit_frame(self, params: Mapping[str, str], now: datetime) -> Asked[AccountT]:
        """A signed request of the WebSocket API: parameters are signed by the order of their names."""
        signed = sorted((name, value) for name, value in params.items() if name != _SIGNATURE)
        payload = urlencode(signed, quote_via=quote, safe="")
        return self._admit(params.get("apiKey", ""), params, payload, now)

    def _admit(self, api_key: str, params: Mapping[str, str], payload: str, now: datetime) -> Asked[AccountT]:
        _require_key(api_key)
        given = Params(params)
        signature = given.text(_SIGNATURE)
        _require_fresh(given, now)
        account, key = self._known(api_key)
        if not key.proof.holds(payload.encode(), signature):
            raise Rejection(-1022, "Signature for this request is not valid.")
        return Asked(params, account, key)

    def _known(self, api_key: str) -> tuple[AccountT, ApiKey]:
        _require_key(api_key)
        known = self._keys.get(api_key)
        if known is None:
            raise not_permitted()
        return known


def params_of(request: SimulatedRequest) -> dict[str, str]:
    """Those of the query and those of the body."""
    query, body = request.query, request.body.decode(errors="replace")
    return dict(parse_qsl("&".join(each for each in (query, body) if each), keep_blank_values=True))


def _key_of(request: SimulatedRequest) -> str:
    return next((value for name, value in request.headers.items() if name.lower() == _KEY_HEADER), "")


def _require_key(api_key: str) -> None:
    if not api_key or not api_key.isalnum() or len(api_key) > API_KEY_LETTERS_MAX:
        raise Rejection(-2014, "API-key format invalid.", status=401)


def _unsigned(parameters: str) -> str:
    return "&".join(each for each in parameters.split("&") if not each.startswith(f"{_SIGNATURE}="))


def _require_fresh(given: Params, now: datetime) -> None:
    at, window = given.integer("timestamp"), given.integer("recvWindow")
    if at is None:
        raise missing("timestamp")
    if window is not None and window > RECV_WINDOW_MS_MAX:
        raise Rejection(-1131, "recvWindow must be less than 60000.")
    ahead = at - milliseconds(now)
    if ahead >= AHEAD_MS_MAX:
        raise Rejection(-1021, "Timestamp for this request was 1000ms ahead of the server's time.")
    if -ahead > (RECV_WINDOW_MS if window is None else window):
        raise Rejection(-1021, "Timestamp for this request is outside of the recvWindow.")
