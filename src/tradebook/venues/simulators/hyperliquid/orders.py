"""An order and its fills as the simulated Hyperliquid keeps them, in its words."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from tradebook.kernel.ids import OrderId
from tradebook.kernel.money import ZERO, multiply

OPEN = "open"
FILLED = "filled"
CANCELLED, SCHEDULED = "canceled", "scheduledCancel"


class OrderRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a client asked for, read and in order by itself."""

    coin: str
    is_buy: bool
    price: Decimal
    size: Decimal
    tif: str
    reduce_only: bool = False
    cloid: str | None = None


class SpotFill(msgspec.Struct, frozen=True, kw_only=True):
    """One trade of an order; ``start`` is what there was of the base token before it."""

    tid: int
    oid: int
    coin: str
    cloid: str | None
    is_buy: bool
    price: Decimal
    size: Decimal
    fee: Decimal
    fee_token: str
    start: Decimal
    is_taker: bool
    time: int


class SpotOrder:
    """Its state. What is asked of a single order tells how it was when its status last changed."""

    def __init__(self, request: OrderRequest, oid: int, time: int) -> None:
        self.request = request
        self.oid = oid
        self.time = self.status_time = time
        self.status = OPEN
        self.ends_as = CANCELLED
        """Its status when what is left of it is cancelled."""
        self.left = self.left_at_status = request.size
        self.spent = ZERO
        """In the quote token, for what was filled."""
        self.locked = ZERO
        """Of the token that it gives away."""

    @property
    def is_open(self) -> bool:
        """Whether it works."""
        return self.status == OPEN

    @property
    def filled(self) -> Decimal:
        """How much of it."""
        return self.request.size - self.left

    @property
    def exchange_id(self) -> OrderId:
        """What the matching calls it."""
        return OrderId(str(self.oid))

    @property
    def to_lock(self) -> Decimal:
        """What the rest of it may still cost."""
        if not self.is_open:
            return ZERO
        return multiply(self.request.price, self.left) if self.request.is_buy else self.left

    def becomes(self, status: str, time: int) -> None:
        """Its status has changed."""
        self.status, self.status_time = status, time
        self.left_at_status = self.left
