"""Stops that were sent to spot, until it was seen for which price Bybit has them wait.

Which way the price must come to a trigger is Bybit's conclusion there, from where the price is when the order
arrives: a stop whose price has come by then would wait as a take-profit.
"""

from __future__ import annotations

from tradebook.trading.orders import OrderStatus, OrderType
from tradebook.trading.ports import VenueOrder
from tradebook.venues.messages.account import ExecutionReport

REMEMBERED_MAX = 1_000
"""Those that ended before they were seen are forgotten at last."""


class UnseenStops:
    """One account's, by our client order id."""

    def __init__(self) -> None:
        self._sent: dict[str, VenueOrder] = {}

    def add(self, client_order_id: str, order: VenueOrder) -> None:
        """It is about to be sent."""
        self._sent[client_order_id] = order
        if len(self._sent) > REMEMBERED_MAX:
            del self._sent[next(iter(self._sent))]

    def forget(self, client_order_id: str) -> None:
        """It does not work any more."""
        self._sent.pop(client_order_id, None)

    def wrong(self, seen: ExecutionReport) -> VenueOrder | None:
        """Our order where it waits for another price than it was to; one that does not is seen for good."""
        order = self._sent.get(seen.client_order_id)
        if order is not None and not _waits_for_another_price(seen, order):
            self.forget(seen.client_order_id)
            return None
        return order


def _waits_for_another_price(seen: ExecutionReport, order: VenueOrder) -> bool:
    """Whether the venue has taken a stop for a take-profit, or the other way around. Once it was moved that
    does not show: what it is told to be follows from where the price was when it came.
    """
    if seen.status is not OrderStatus.ACCEPTED or seen.stop_price != order.terms.stop_price:
        return False
    return (seen.type is OrderType.TAKE_PROFIT) is not (order.terms.type is OrderType.TAKE_PROFIT)
