"""Disconnection protect: orders end when nobody has listened to an account's ``dcp`` streams for too long.

https://bybit-exchange.github.io/docs/v5/order/dcp and ``/websocket/private/dcp``: it begins when the last
connection that has subscribed is gone, and one that subscribes again in time takes it back. What is not said
there is what ending the subscription does; here, as a connection without it counts for nothing, it ends the
protection too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from tradebook.kernel.clock import Clock
from tradebook.venues.simulators.bybit.accounts import BybitAccount
from tradebook.venues.simulators.bybit.orders import AnyOrder
from tradebook.venues.simulators.bybit.symbols import INVERSE, LINEAR, SPOT

PRODUCTS = {"SPOT": (SPOT,), "DERIVATIVES": (LINEAR, INVERSE)}
"""What it is set for, and of which categories that is."""
TOPICS = {"dcp.spot": "SPOT", "dcp.future": "DERIVATIVES"}
"""What has to be listened to for each."""


class DisconnectionProtect:
    """Of all accounts."""

    def __init__(self, clock: Clock, end: Callable[[BybitAccount, AnyOrder], None]) -> None:
        self._clock = clock
        self._end = end
        self._gone_at: dict[tuple[BybitAccount, str], datetime] = {}
        """Since when nobody listens, by account and product."""

    def listens(self, account: BybitAccount, topics: Iterable[str]) -> None:
        """Somebody does, or has said that it need not be."""
        for product in _products(topics):
            self._gone_at.pop((account, product), None)

    def is_gone(self, account: BybitAccount, topics: Iterable[str]) -> None:
        """The last one is gone who listened."""
        for product in _products(topics):
            self._gone_at[account, product] = self._clock.now()

    def fire(self) -> None:
        """Cancel what was not taken back in time."""
        now = self._clock.now()
        for (account, product), gone_at in list(self._gone_at.items()):
            window_s = account.protected_s.get(product)
            if window_s is not None and now >= gone_at + timedelta(seconds=window_s):
                del self._gone_at[account, product]
                for order in account.open_orders():
                    if order.category in PRODUCTS[product]:
                        order.by_protection = True
                        self._end(account, order)


def _products(topics: Iterable[str]) -> list[str]:
    return [TOPICS[each] for each in topics if each in TOPICS]
