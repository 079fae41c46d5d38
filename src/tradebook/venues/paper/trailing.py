"""How far trailing stops have followed the market, told in steps: a restart finds them there again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from tradebook.matching.stops import StopIndex
from tradebook.trading.commands import RecordTrailingMove
from tradebook.trading.conditions import is_a_step, trailing_stop_price
from tradebook.venues.paper import reports
from tradebook.venues.paper.orders import PaperOrder


class TrailingSteps:
    """The trailing stops that wait at the venue.

    Steps are not kept among an order's reports: the next one says more than one that got lost.
    """

    def __init__(self, emit: Callable[[RecordTrailingMove], None], now: Callable[[], datetime]) -> None:
        self._emit = emit
        self._now = now
        self._following: dict[str, tuple[PaperOrder, StopIndex]] = {}

    def __bool__(self) -> bool:
        return bool(self._following)

    def follow(self, order: PaperOrder, stops: StopIndex, anchor: Decimal | None) -> None:
        """The order waits in ``stops``, from ``anchor`` on."""
        order.anchor = order.anchor or anchor
        self._following[order.order_id] = order, stops

    def forget(self, order_id: str) -> None:
        """The order waits no longer, if it did."""
        self._following.pop(order_id, None)

    def tell_all(self) -> None:
        """Report what has moved a step since that was last told."""
        for order_id, (order, stops) in self._following.items():
            self.tell(order, stops.anchor(order_id))

    def tell(self, order: PaperOrder, best: Decimal | None) -> None:
        """Report the order if ``best`` is a step better than what was last told."""
        if best is None or order.anchor is None:
            return
        stop_price = trailing_stop_price(order.terms, order.anchor)
        if is_a_step(order.terms.side, best, anchor=order.anchor, stop_price=stop_price):
            order.anchor = best
            order.stop_price = trailing_stop_price(order.terms, best)
            self._emit(reports.trailed(order, self._now(), anchor=best))
