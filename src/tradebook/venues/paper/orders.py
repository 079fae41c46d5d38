"""An order as the paper venue holds it."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.ids import OrderId, derive_id
from tradebook.kernel.money import ZERO
from tradebook.market.values import Instrument
from tradebook.trading.commands import OrderReport
from tradebook.trading.conditions import moved_protection
from tradebook.trading.orders import OrderStatus, OrderTerms
from tradebook.trading.ports import VenueOrder, VenueOrderState


class PaperOrder:
    """Terms in force, what is left, and everything that was reported about it."""

    __slots__ = (
        "anchor",
        "fill_count",
        "filled",
        "price",
        "protection_price",
        "quantity",
        "remaining",
        "reports",
        "request",
        "status",
        "stop_price",
        "venue_order_id",
    )

    def __init__(self, request: VenueOrder) -> None:
        self.request = request
        self.venue_order_id = derive_id("paper-order", request.order_id)
        self.status = OrderStatus.SUBMITTED
        self.quantity = request.terms.quantity
        self.remaining = request.quantity
        self.filled = max(request.terms.quantity - request.quantity, ZERO)
        self.price = request.terms.price
        self.stop_price = request.terms.stop_price
        self.protection_price = request.protection_price
        self.anchor = request.anchor
        """Of a trailing stop: the best price that the books know of."""
        self.fill_count = 0
        self.reports: list[OrderReport] = []

    @property
    def order_id(self) -> OrderId:
        """Our id of it."""
        return self.request.order_id

    @property
    def instrument(self) -> Instrument:
        """What it trades."""
        return self.request.instrument

    @property
    def terms(self) -> OrderTerms:
        """What was asked for at first; ``price``, ``stop_price`` and ``quantity`` may have changed since."""
        return self.request.terms

    @property
    def is_open(self) -> bool:
        """Whether it works at the venue now."""
        return self.status in (OrderStatus.ACCEPTED, OrderStatus.PARTIALLY_FILLED)

    def move_stop(self, stop_price: Decimal) -> None:
        """Another trigger, and what protects the order moves along."""
        self.protection_price = moved_protection(
            self.protection_price, stop_price=self.stop_price, moved_to=stop_price
        )
        self.stop_price = stop_price

    def fill(self, quantity: Decimal) -> None:
        """Count a fill; the order is done when nothing is left."""
        self.fill_count += 1
        self.filled += quantity
        self.remaining -= quantity
        self.status = OrderStatus.PARTIALLY_FILLED if self.remaining else OrderStatus.FILLED

    def state(self) -> VenueOrderState:
        """What the venue answers when it is asked about the order."""
        return VenueOrderState(
            order_id=self.request.order_id,
            venue_order_id=self.venue_order_id,
            status=self.status,
            filled_quantity=self.filled,
            reports=tuple(self.reports),
        )
