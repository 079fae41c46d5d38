"""What Bybit last told of the terms of orders: its stream does not say that they are new."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec

from tradebook.trading.lifecycle import TERMINAL
from tradebook.venues.messages.account import ExecType, ExecutionReport

REMEMBERED_MAX = 10_000

_WORKS = frozenset({ExecType.NEW, ExecType.STATUS})


class _Told(NamedTuple):
    quantity: Decimal
    price: Decimal | None
    stop_price: Decimal | None
    at: datetime


class ToldTerms:
    """One account's, by the venue's id of the order."""

    def __init__(self) -> None:
        self._told: dict[str, _Told] = {}

    def read(self, report: ExecutionReport) -> ExecutionReport:
        """News of an order, as one of a change where its terms are other ones than were told before.

        A frame that was overtaken tells of older terms, and of no change.
        """
        if report.status in TERMINAL or report.quote_quantity is not None:
            self._told.pop(report.venue_order_id, None)
            return report
        now = _Told(report.quantity, report.price, report.stop_price, report.at)
        before = self._told.get(report.venue_order_id)
        if before is not None and before.at >= now.at:
            return report
        self._told[report.venue_order_id] = now
        if len(self._told) > REMEMBERED_MAX:
            del self._told[next(iter(self._told))]
        is_changed = before is not None and before[:3] != now[:3] and report.exec_type in _WORKS
        return msgspec.structs.replace(report, exec_type=ExecType.REPLACED) if is_changed else report
