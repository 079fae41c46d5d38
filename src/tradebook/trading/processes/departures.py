"""Ends orders that are at their venue no more though nobody saw them go: forgotten there, or delisted.

Neither is believed at once, and neither where the venue says that the order works.
"""

from __future__ import annotations

import asyncio
from collections.abc import Container, Iterable
from datetime import datetime, timedelta

from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import OrderId
from tradebook.trading.ports import Venue
from tradebook.trading.processes.open_orders import OpenOrder
from tradebook.trading.processes.requests import REQUEST_TIMEOUT_S, Requests

NOT_THERE_FOR_S = 15
"""So long a venue has to say that it has no such order, which it had: its parts do not all know at once."""
DELISTED_FOR_S = 15
"""So long an instrument has to be on no list: when a process begins, these come one after the other."""


class Suspicions:
    """Of one kind: since when each order is suspected."""

    def __init__(self, *, for_s: float) -> None:
        """``for_s`` is how long it has to be so before it is believed."""
        self._for = timedelta(seconds=for_s)
        self._since: dict[OrderId, datetime] = {}

    def __contains__(self, order_id: OrderId) -> bool:
        return order_id in self._since

    def __len__(self) -> int:
        return len(self._since)

    def suspect(self, order_id: OrderId, at: datetime) -> datetime:
        """It is told; from when on it may be believed."""
        return self._since.setdefault(order_id, at) + self._for

    def drop(self, order_id: OrderId) -> None:
        """It is not so, where it was ever suspected."""
        self._since.pop(order_id, None)

    def keep(self, orders: Container[OrderId]) -> None:
        """Drop all of other orders."""
        self._since = {order_id: at for order_id, at in self._since.items() if order_id in orders}


class Departures:
    """From one venue."""

    def __init__(self, venue: Venue, requests: Requests) -> None:
        self._venue = venue
        self._requests = requests
        self.not_there = Suspicions(for_s=NOT_THERE_FOR_S)
        """Orders that the venue had, and says that it has not."""
        self.delisted = Suspicions(for_s=DELISTED_FOR_S)
        """Orders in what is on no list."""
        self._to_end: dict[OrderId, OpenOrder] = {}
        """Those that were not there for long enough, until the venue is asked what it lists."""

    def keep(self, orders: Container[OrderId]) -> None:
        """Of all others nothing is suspected any more: they have ended otherwise."""
        self.not_there.keep(orders)
        self.delisted.keep(orders)

    def miss(self, order: OpenOrder, asked_at: datetime) -> datetime | None:
        """The venue says that it has no such order, which it had. When to ask again; None where it has said
        so for long enough: then ``end_missed`` ends it.
        """
        again_at = self.not_there.suspect(order.order_id, asked_at)
        if asked_at < again_at:
            return again_at
        self._to_end[order.order_id] = order
        return None

    async def end_missed(self) -> bool:
        """Those that the venue does not list either; whether it said what it lists, once for each account."""
        to_end, self._to_end = self._to_end, {}
        told = True
        for account_id in dict.fromkeys(each.account_id for each in to_end.values()):
            try:
                async with asyncio.timeout(REQUEST_TIMEOUT_S):
                    listed = {each.order_id for each in await self._venue.open_orders(account_id)}
            except (OSError, TradebookError):
                told = False
                continue
            for order in [each for each in to_end.values() if each.account_id == account_id]:
                if order.order_id in listed:
                    self.not_there.drop(order.order_id)
                elif order.order_id in self.not_there:
                    # Nobody has heard otherwise meanwhile.
                    self._requests.end(order, "no_longer_known")
        return told

    def end_delisted(self, orders: Iterable[OpenOrder], now: datetime) -> bool:
        """Whether all are over: the venue does not list their instruments any more, and so works nothing in
        them and cannot be asked what became of them. A last fill that was missed shows in the balances.
        """
        over = True
        for order in orders:
            if now < self.delisted.suspect(order.order_id, now):
                over = False
                continue
            self._requests.note(
                order.account_id,
                kind="order_of_delisted",
                detail="The venue lists the instrument of an order no more; "
                "whether it traded last is not known.",
                figures={"order_id": order.order_id, "instrument_id": order.terms.instrument_id},
            )
            self._requests.end(order, "delisted")
        return over
