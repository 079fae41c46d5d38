"""An order as Binance's simulated spot market keeps it, in Binance's words."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tradebook.kernel.messages import Value
from tradebook.kernel.money import ZERO
from tradebook.market.values import Instrument
from tradebook.trading.orders import OrderStatus, OrderTerms
from tradebook.venues.simulators.spot import orders as spot

_STATUSES = {
    OrderStatus.ACCEPTED: "NEW",
    OrderStatus.PARTIALLY_FILLED: "PARTIALLY_FILLED",
    OrderStatus.FILLED: "FILLED",
    OrderStatus.CANCELLED: "CANCELED",
    OrderStatus.EXPIRED: "EXPIRED",
    OrderStatus.REJECTED: "REJECTED",
}
_EXPIRY = {
    "immediate_or_cancel": "UNFILLED_IOC_QUANTITY_EXPIRED",
    "fill_or_kill": "UNFILLED_FOK_ORDER_EXPIRED",
    "protection_price": "EXECUTION_RULE_PRICE_RANGE_EXCEEDED",
}
"""Why the matching ended an order; what is not here was asked for."""


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


class SpotOrder(spot.SpotOrder):
    """Its state."""

    def __init__(
        self,
        request: OrderRequest,
        terms: OrderTerms,
        instrument: Instrument,
        *,
        order_id: int,
        client_order_id: str,
        at: datetime,
    ) -> None:
        super().__init__(
            terms,
            instrument,
            symbol=request.symbol,
            order_id=order_id,
            client_order_id=client_order_id,
            at=at,
        )
        self.request = request
        self.former_client_order_id = ""
        """What it was called before it was made smaller."""
        self.cancellation_id = ""
        """What its cancellation is called, beside its own id."""
        self.prevented_match_id: int | None = None

    @property
    def status(self) -> str:
        """In Binance's word."""
        return "EXPIRED_IN_MATCH" if self.prevented else _STATUSES[self.phase]

    @property
    def expiry_reason(self) -> str:
        """Why it expired; empty where it did not."""
        return _EXPIRY.get(self.reason, "")
