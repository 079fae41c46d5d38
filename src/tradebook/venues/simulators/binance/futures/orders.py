"""An order as Binance's simulated USD-M futures keep it, in Binance's words."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tradebook.kernel.messages import Value
from tradebook.kernel.money import ZERO
from tradebook.market.values import Instrument
from tradebook.trading.orders import OrderStatus, OrderTerms
from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.contracts.orders import ContractOrder

STATUSES = {
    OrderStatus.ACCEPTED: "NEW",
    OrderStatus.PARTIALLY_FILLED: "PARTIALLY_FILLED",
    OrderStatus.FILLED: "FILLED",
    OrderStatus.CANCELLED: "CANCELED",
    OrderStatus.EXPIRED: "EXPIRED",
    OrderStatus.REJECTED: "REJECTED",
}
_EXPIRY = {"immediate_or_cancel": 2, "fill_or_kill": 2, "reduce_only": 4}
"""Why the matching ended an order, by the numbers of the page Event-Order-Update."""
ALGO_IDS_FROM = 1_000_000
"""Conditional orders are another series than those of orders."""


class FuturesRequest(Value, frozen=True, kw_only=True):
    """What a client asked for, read and in order by itself."""

    symbol: str
    side: str
    type: str
    position_side: str = "BOTH"
    time_in_force: str = "GTC"
    quantity: Decimal = ZERO
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    reduce_only: bool = False
    client_order_id: str | None = None
    response: str = "ACK"


class FuturesOrder(ContractOrder):
    """Its state. A conditional one waits under an id of its own, and goes on as an order once its price has
    come.
    """

    def __init__(
        self,
        request: FuturesRequest,
        terms: OrderTerms,
        instrument: Instrument,
        *,
        order_id: int,
        client_order_id: str,
        at: datetime,
        cause: Cause = Cause.ORDER,
    ) -> None:
        super().__init__(
            terms,
            instrument,
            symbol=request.symbol,
            order_id=order_id,
            client_order_id=client_order_id,
            at=at,
            cause=cause,
        )
        self.request = request
        self.was_denied = False
        """Whether the engine did not take it when its price had come."""

    @property
    def is_conditional(self) -> bool:
        """Whether it was placed with the service of conditional orders."""
        return self.request.trigger_price is not None

    @property
    def is_order(self) -> bool:
        """Whether it is an order by now, and not one that waits to be."""
        return self.working_at is not None and not self.was_denied

    @property
    def algo_id(self) -> int:
        """Of a conditional order."""
        return ALGO_IDS_FROM + self.order_id

    @property
    def plain_type(self) -> str:
        """What it is, or goes on as, in the matching engine."""
        if not self.is_conditional:
            return self.request.type
        return "LIMIT" if self.request.price is not None else "MARKET"

    @property
    def status(self) -> str:
        """In Binance's word."""
        return STATUSES[self.phase]

    @property
    def algo_status(self) -> str:
        """Of a conditional order, in Binance's word."""
        if self.was_denied:
            return "REJECTED"
        if not self.is_order:
            return self.status
        return "TRIGGERED" if self.is_open else "FINISHED"

    @property
    def expiry_reason(self) -> int:
        """Why it expired; zero where it did not."""
        return _EXPIRY.get(self.reason, 0)
