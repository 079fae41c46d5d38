"""An order and its fills as the simulated spot market keeps them, in Binance's words."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tradebook.kernel.ids import OrderId
from tradebook.kernel.messages import Value
from tradebook.kernel.money import ZERO, multiply

OPEN = frozenset({"NEW", "PARTIALLY_FILLED"})
RESERVE = Decimal("0.05")
"""A buy at the market that waits for its stop price is paid for up to so much above it, and no further."""


class OrderRequest(Value, frozen=True, kw_only=True):
    """What a client asked for, read and in order by itself."""

    symbol: str
    side: str
    type: str
    time_in_force: str = "GTC"
    quantity: Decimal = ZERO
    quote_quantity: Decimal = ZERO
    price: Decimal | None = None
    stop_price: Decimal | None = None
    client_order_id: str | None = None
    response: str = "ACK"
    self_trade_prevention: str = "NONE"

    @property
    def is_buy(self) -> bool:
        """Which way it goes."""
        return self.side == "BUY"

    @property
    def waits(self) -> bool:
        """Whether a trade has to trigger it."""
        return self.stop_price is not None

    @property
    def worst_price(self) -> Decimal | None:
        """Beyond it a buy that waits is not carried out: there may be nothing to pay with."""
        if self.is_buy and self.stop_price is not None and self.price is None:
            return self.stop_price * (1 + RESERVE)
        return None


class SpotFill(Value, frozen=True, kw_only=True):
    """One trade of an order."""

    trade_id: int
    order_id: int
    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_asset: str
    is_buyer: bool
    is_maker: bool
    at: datetime


class SpotOrder:
    """Its state. Ids are unique within the symbol, and only there."""

    def __init__(self, request: OrderRequest, order_id: int, client_order_id: str, at: datetime) -> None:
        self.request = request
        self.order_id = order_id
        self.client_order_id = client_order_id
        self.former_client_order_id = ""
        """What it was called before it was made smaller."""
        self.cancellation_id = ""
        """What its cancellation is called, beside its own id."""
        self.status = "NEW"
        self.expiry_reason = ""
        self.quantity = request.quantity
        self.filled = self.quote_filled = ZERO
        self.prevented = ZERO
        """What was left when it expired so as not to trade with its own account."""
        self.prevented_match_id: int | None = None
        self.locked = ZERO
        """Of the asset that it gives away."""
        self.created_at = self.updated_at = at
        self.working_at: datetime | None = None if request.waits else at
        self.fills: list[SpotFill] = []

    @property
    def symbol(self) -> str:
        """What it trades."""
        return self.request.symbol

    @property
    def is_open(self) -> bool:
        """Whether it works, or waits for its stop price."""
        return self.status in OPEN

    @property
    def is_working(self) -> bool:
        """Whether it is on the book."""
        return self.is_open and self.working_at is not None

    @property
    def remaining(self) -> Decimal:
        """What is left to fill."""
        return self.quantity - self.filled

    @property
    def exchange_id(self) -> OrderId:
        """Unique among all orders of the venue."""
        return OrderId(f"{self.symbol}-{self.order_id}")

    def take(self, fill: SpotFill) -> None:
        """Count a fill."""
        self.fills.append(fill)
        self.filled += fill.quantity
        self.quote_filled += multiply(fill.price, fill.quantity)
        self.status = "PARTIALLY_FILLED" if self.remaining else "FILLED"

    def to_lock(self) -> Decimal:
        """What the rest of it may still cost; one at the market keeps what it has until it is done."""
        if not self.is_open:
            return ZERO
        if self.request.type == "MARKET":
            return self.locked
        price = self.request.price or self.request.worst_price
        return self.remaining if price is None or not self.request.is_buy else multiply(price, self.remaining)
