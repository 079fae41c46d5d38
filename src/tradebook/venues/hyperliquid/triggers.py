"""The prices that orders wait for: where the stream says that one has come, it does not say which it was."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from tradebook.venues.messages.account import ExecType, ExecutionReport

REMEMBERED_MAX = 10_000


class TriggerPrices:
    """One account's, by the client order ids of its orders."""

    def __init__(self) -> None:
        self._prices: dict[str, Decimal] = {}

    def learn(self, client_order_id: str, price: Decimal | None) -> None:
        """An order waits for it."""
        if price is None or not client_order_id:
            return
        self._prices[client_order_id] = price
        if len(self._prices) > REMEMBERED_MAX:
            del self._prices[next(iter(self._prices))]

    def read(self, report: ExecutionReport) -> ExecutionReport:
        """The report, with the price that has come where that is what it reports."""
        self.learn(report.client_order_id, report.stop_price)
        if report.exec_type is not ExecType.TRIGGERED or report.stop_price is not None:
            return report
        price = self._prices.get(report.client_order_id)
        return msgspec.structs.replace(report, stop_price=price)
