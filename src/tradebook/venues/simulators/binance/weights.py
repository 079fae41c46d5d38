"""How much a client has asked, and what happens to one who asks too much.

https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#limits: whoever goes on after a 429
is banned, with 418. All clients of the simulator come from one address.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tradebook.venues.simulators.binance.budgets import Budgets
from tradebook.venues.simulators.binance.rejections import Rejection

WEBSOCKET = "WS"
"""Stands for the HTTP method, where a request comes over the WebSocket API."""
BAN_S = 120
REFUSALS_BEFORE_BAN = 10
_MINUTE_S, _ORDERS_S = 60, 10
_ALL_SYMBOLS = {"/api/v3/openOrders": 80, "/fapi/v1/openOrders": 40, "/fapi/v1/openAlgoOrders": 40}
_WEIGHTS = {
    ("GET", "/api/v3/exchangeInfo"): 20,
    ("GET", "/api/v3/klines"): 2,
    ("GET", "/api/v3/aggTrades"): 4,
    ("GET", "/api/v3/order"): 4,
    ("GET", "/api/v3/openOrders"): 6,
    ("GET", "/api/v3/allOrders"): 20,
    ("GET", "/api/v3/myTrades"): 20,
    ("GET", "/api/v3/account"): 20,
    ("PUT", "/api/v3/order/amend/keepPriority"): 4,
    ("GET", "/fapi/v1/depth"): 20,
    ("GET", "/fapi/v1/klines"): 5,
    ("GET", "/fapi/v1/income"): 30,
    ("POST", "/fapi/v1/countdownCancelAll"): 10,
    ("GET", "/fapi/v1/positionSide/dual"): 30,
    ("GET", "/fapi/v1/userTrades"): 5,
    ("GET", "/fapi/v1/symbolConfig"): 5,
    ("GET", "/fapi/v2/balance"): 5,
    ("GET", "/fapi/v3/balance"): 5,
    ("GET", "/fapi/v2/account"): 5,
    ("GET", "/fapi/v3/account"): 5,
    ("GET", "/fapi/v2/positionRisk"): 5,
    ("GET", "/fapi/v3/positionRisk"): 5,
    (WEBSOCKET, "userDataStream.subscribe.signature"): 2,
    (WEBSOCKET, "userDataStream.unsubscribe"): 2,
}
_DEPTH_WEIGHTS = ((100, 5), (500, 25), (1000, 50), (5000, 250))
_PLACES = {
    ("POST", "/api/v3/order"),
    ("POST", "/api/v3/order/cancelReplace"),
    ("POST", "/fapi/v1/order"),
    ("PUT", "/fapi/v1/order"),
    ("POST", "/fapi/v1/algoOrder"),
}


class Weights:
    """What has been asked in the interval that runs."""

    def __init__(self, budgets: Budgets) -> None:
        self._budgets = budgets
        self._weight = _Count(_MINUTE_S)
        self._orders: defaultdict[int, _Count] = defaultdict(lambda: _Count(_ORDERS_S))
        self._refusals = 0
        self._banned_until_s = 0.0

    def count(self, method: str, path: str, params: Mapping[str, str], now: datetime) -> None:
        """A request came. Raises Rejection where it was one too many."""
        now_s = now.timestamp()
        if now_s < self._banned_until_s:
            raise self._banned(now_s)
        used = self._weight.add(_weight_of(method, path, params), now_s)
        if used <= self._budgets.weight_per_minute:
            self._refusals = 0
            return
        self._refusals += 1
        if self._refusals > REFUSALS_BEFORE_BAN:
            self._banned_until_s = now_s + BAN_S
            raise self._banned(now_s)
        most = self._budgets.weight_per_minute
        raise Rejection(
            -1003,
            f"Too much request weight used; current limit is {most} request weight per 1 MINUTE. "
            "Please use WebSocket Streams for live updates to avoid polling the API.",
            status=429,
            headers=_retry_after(self._weight.ends_in_s(now_s)),
        )

    def count_order(self, uid: int, now: datetime) -> None:
        """An account places an order. Raises Rejection where it is one too many."""
        count, now_s = self._orders[uid], now.timestamp()
        most = self._budgets.orders_per_10_s
        if count.add(1, now_s) > most:
            raise Rejection(
                -1015,
                f"Too many new orders; current limit is {most} orders per 10 SECOND.",
                status=429,
                headers=_retry_after(count.ends_in_s(now_s)),
            )

    def headers(self, now: datetime) -> dict[str, str]:
        """What every answer tells."""
        used = str(self._weight.used(now.timestamp()))
        return {"x-mbx-used-weight": used, "x-mbx-used-weight-1m": used}

    def order_headers(self, uid: int, now: datetime) -> dict[str, str]:
        """What the answer to a new order tells besides."""
        return {"x-mbx-order-count-10s": str(self._orders[uid].used(now.timestamp()))}

    def document(self, now: datetime) -> list[dict[str, Any]]:
        """The same in an answer of the WebSocket API, which has no headers."""
        return [
            {
                "rateLimitType": "REQUEST_WEIGHT",
                "interval": "MINUTE",
                "intervalNum": 1,
                "limit": self._budgets.weight_per_minute,
                "count": self._weight.used(now.timestamp()),
            }
        ]

    def _banned(self, now_s: float) -> Rejection:
        return Rejection(
            -1003,
            f"Way too much request weight used; IP banned until {round(self._banned_until_s * 1000)}. "
            "Please use WebSocket Streams for live updates to avoid bans.",
            status=418,
            headers=_retry_after(self._banned_until_s - now_s),
        )


def places_order(method: str, path: str) -> bool:
    """Whether a request counts as a new order."""
    return (method, path) in _PLACES


def _weight_of(method: str, path: str, params: Mapping[str, str]) -> int:
    if path == "/api/v3/depth":
        limit = params.get("limit", "100")
        wanted = int(limit) if limit.isdigit() else 0
        return next((weight for most, weight in _DEPTH_WEIGHTS if wanted <= most), _DEPTH_WEIGHTS[-1][1])
    if method == "GET" and "symbol" not in params and path in _ALL_SYMBOLS:
        return _ALL_SYMBOLS[path]
    if path == "/api/v3/myTrades" and "orderId" in params:
        return 5
    return _WEIGHTS.get((method, path), 1)


def _retry_after(seconds: float) -> dict[str, str]:
    return {"retry-after": str(int(seconds) + 1)}


class _Count:
    """Within whole intervals of UTC."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._interval = -1
        self._used = 0

    def add(self, weight: int, now_s: float) -> int:
        self._used = self.used(now_s) + weight
        return self._used

    def used(self, now_s: float) -> int:
        interval = int(now_s) // self._seconds
        if interval != self._interval:
            self._interval, self._used = interval, 0
        return self._used

    def ends_in_s(self, now_s: float) -> float:
        return (self._interval + 1) * self._seconds - now_s
