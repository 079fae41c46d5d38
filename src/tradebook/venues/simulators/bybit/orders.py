"""An order as Bybit's simulated spot market keeps it, in Bybit's words.

https://bybit-exchange.github.io/docs/v5/enum#orderstatus
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tradebook.kernel.messages import Value
from tradebook.market.values import Instrument
from tradebook.trading.orders import OrderStatus, OrderTerms
from tradebook.venues.simulators.spot.orders import SpotOrder
from tradebook.venues.simulators.spot.self_trades import Prevention

PLAIN, TPSL = "Order", "tpslOrder"
PREVENTIONS = {
    "None": Prevention.NONE,
    "CancelTaker": Prevention.TAKER,
    "CancelMaker": Prevention.MAKER,
    "CancelBoth": Prevention.BOTH,
}
"""https://bybit-exchange.github.io/docs/v5/smp"""

_REASONS = {
    "requested": ("CancelByUser", "EC_PerCancelRequest"),
    "immediate_or_cancel": ("UNKNOWN", "EC_NoImmediateQtyToFill"),
    "fill_or_kill": ("UNKNOWN", "EC_NoImmediateQtyToFill"),
    "protection_price": ("CancelByCannotAffordOrderCost", "EC_NoError"),
    "no_price": ("UNKNOWN", "EC_NoImmediateQtyToFill"),
}
"""What the matching says of an end → ``cancelType`` and ``rejectReason``."""


class OrderRequest(Value, frozen=True, kw_only=True):
    """What a client asked for beside the terms, as it is told again."""

    symbol: str
    order_type: str
    time_in_force: str
    market_unit: str
    order_filter: str
    client_order_id: str | None
    smp_type: str


class BybitOrder(SpotOrder):
    """Its state."""

    def __init__(
        self,
        request: OrderRequest,
        terms: OrderTerms,
        instrument: Instrument,
        *,
        order_id: int,
        at: datetime,
        last_price: Decimal | None,
    ) -> None:
        super().__init__(
            terms,
            instrument,
            symbol=request.symbol,
            order_id=order_id,
            client_order_id=request.client_order_id or str(order_id + 1),
            at=at,
        )
        self.request = request
        self.last_price_on_created = last_price

    @property
    def filter(self) -> str:
        """Which kind it counts as: one that was triggered is an order like any other."""
        return TPSL if self.is_open and not self.is_working else PLAIN

    @property
    def status(self) -> str:
        """In Bybit's word."""
        match self.phase:
            case OrderStatus.ACCEPTED:
                return "New" if self.is_working else "Untriggered"
            case OrderStatus.PARTIALLY_FILLED:
                return "PartiallyFilled"
            case OrderStatus.FILLED:
                return "Filled"
            case _ if self.filled:
                return "PartiallyFilledCanceled"
            case _:
                return "Cancelled" if self.working_at is not None else "Deactivated"

    @property
    def cancel_type(self) -> str:
        """Who ended it."""
        return "CancelBySmp" if self.prevented else _REASONS.get(self.reason, ("UNKNOWN", ""))[0]

    @property
    def reject_reason(self) -> str:
        """Why it was ended."""
        return _REASONS.get(self.reason, ("", "EC_NoError"))[1]
