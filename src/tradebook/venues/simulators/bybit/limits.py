"""How often a client may ask, and what happens to one who asks more.

https://bybit-exchange.github.io/docs/v5/rate-limit: accounts are counted by path and second, addresses in
five seconds. All clients of the simulator come from one address.
"""

from __future__ import annotations

from datetime import datetime

from tradebook.kernel.messages import Value
from tradebook.venues.simulators.bybit.rejections import Rejection

_ADDRESS_S = 5
BAN_S = 600


class Budgets(Value, frozen=True, kw_only=True):
    """As Bybit had them in 2026."""

    orders_per_s: int = 20
    """Of an account on spot, for each path that changes orders."""
    questions_per_s: int = 50
    """Of an account, for each other path."""
    requests_per_5_s: int = 600
    """Of an address."""


class Limits:
    """What has been asked in the interval that runs."""

    def __init__(self, budgets: Budgets) -> None:
        self._budgets = budgets
        self._asked: dict[tuple[int, str], tuple[int, int]] = {}
        self._address = (0, 0)
        self._banned_until_s = 0.0

    def count(self, now: datetime) -> bool:
        """A request came; whether the address may ask."""
        now_s = now.timestamp()
        interval = int(now_s) // _ADDRESS_S
        used = self._address[1] + 1 if self._address[0] == interval else 1
        self._address = interval, used
        if used > self._budgets.requests_per_5_s:
            self._banned_until_s = now_s + BAN_S
        return now_s >= self._banned_until_s

    def count_of(self, uid: int, path: str, now: datetime, headers: dict[str, str]) -> None:
        """An account asks; ``headers`` are told of it. Raises Rejection where it is one too many."""
        is_trading = path.startswith("/v5/order/") and path not in ("/v5/order/realtime", "/v5/order/history")
        most = self._budgets.orders_per_s if is_trading else self._budgets.questions_per_s
        second = int(now.timestamp())
        began, used = self._asked.get((uid, path), (second, 0))
        used = used + 1 if began == second else 1
        self._asked[uid, path] = second, used
        headers |= {
            "X-Bapi-Limit": str(most),
            "X-Bapi-Limit-Status": str(max(most - used, 0)),
            "X-Bapi-Limit-Reset-Timestamp": str((second + 1) * 1000),
        }
        if used > most:
            raise Rejection(10006, "Too many visits. Exceeded the API Rate Limit.")
