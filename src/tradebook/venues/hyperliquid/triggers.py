"""Orders that wait for a price: where the stream says that one has come, it does not say which it was, and an
order that cannot be carried out then is told in the words for one that was never taken.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from tradebook.trading.orders import OrderStatus
from tradebook.venues.messages.account import ExecType, ExecutionReport

REMEMBERED_MAX = 10_000


class TriggerPrices:
    """One account's, by the client order ids of its orders."""

    def __init__(self) -> None:
        self._prices: dict[str, Decimal] = {}
        self._come: set[str] = set()
        """Of which orders the price was heard to have come."""

    def learn(self, client_order_id: str, price: Decimal | None) -> None:
        """An order waits for it."""
        if price is None or not client_order_id:
            return
        self._prices[client_order_id] = price
        if len(self._prices) > REMEMBERED_MAX:
            oldest = next(iter(self._prices))
            del self._prices[oldest]
            self._come.discard(oldest)

    def read(self, report: ExecutionReport) -> ExecutionReport:
        """The report, with the price that has come where that is what it reports."""
        name = report.client_order_id
        self.learn(name, report.stop_price)
        if name not in self._prices:
            return report
        if report.exec_type is ExecType.TRIGGERED:
            self._come.add(name)
            return msgspec.structs.replace(report, stop_price=self._prices[name])
        if report.exec_type is ExecType.REJECTED and name in self._come:
            return msgspec.structs.replace(report, exec_type=ExecType.EXPIRED, status=OrderStatus.EXPIRED)
        return report
