"""Orders as the simulated Bybit keeps them, in Bybit's words.

https://bybit-exchange.github.io/docs/v5/enum#orderstatus
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tradebook.kernel.messages import Value
from tradebook.market.values import Instrument
from tradebook.trading.orders import OrderStatus, OrderTerms
from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.bybit.symbols import INVERSE, LINEAR, SPOT
from tradebook.venues.simulators.contracts.orders import ContractOrder
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
    "post_only_would_trade": ("UNKNOWN", "EC_PostOnlyWillTakeLiquidity"),
    "reduce_only": ("CancelByReduceOnly", "EC_NoError"),
}
"""What the matching says of an end → ``cancelType`` and ``rejectReason``."""


class OrderRequest(Value, frozen=True, kw_only=True):
    """What a client asked for beside the terms, as it is told again."""

    symbol: str
    order_type: str
    time_in_force: str = "GTC"
    market_unit: str = ""
    order_filter: str = PLAIN
    client_order_id: str | None = None
    smp_type: str = "None"
    trigger_direction: int = 0
    """Which way the price comes to the trigger; 0 where that follows from where it was."""
    position_idx: int = 0
    close_on_trigger: bool = False


class BybitOrder(SpotOrder):
    """Its state; of a pair."""

    category = SPOT

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
        self.by_protection = False
        """Whether disconnection protect ends it."""

    @property
    def filter(self) -> str:
        """Which kind it counts as: one that was triggered is an order like any other."""
        return TPSL if self.is_open and not self.is_working else PLAIN


class BybitContractOrder(ContractOrder):
    """Its state; of a contract. Its account knows it by the category as well: two have the same symbols."""

    filter = PLAIN

    def __init__(
        self,
        request: OrderRequest,
        terms: OrderTerms,
        instrument: Instrument,
        *,
        order_id: int,
        at: datetime,
        last_price: Decimal | None,
        cause: Cause = Cause.ORDER,
    ) -> None:
        assert instrument.contract is not None
        self.category = LINEAR if instrument.contract.inverse_size is None else INVERSE
        super().__init__(
            terms,
            instrument,
            symbol=book_name(self.category, request.symbol),
            order_id=order_id,
            client_order_id=request.client_order_id or str(order_id + 1),
            at=at,
            cause=cause,
        )
        self.request = request
        self.last_price_on_created = last_price
        self.by_protection = False
        """Whether disconnection protect ends it."""


AnyOrder = BybitOrder | BybitContractOrder


def book_name(category: str, symbol: str) -> str:
    """By what an account knows the orders of a symbol."""
    return symbol if category == SPOT else f"{category}/{symbol}"


def status(order: AnyOrder) -> str:
    """In Bybit's word."""
    match order.phase:
        case OrderStatus.ACCEPTED:
            return "New" if order.is_working else "Untriggered"
        case OrderStatus.PARTIALLY_FILLED:
            return "PartiallyFilled"
        case OrderStatus.FILLED:
            return "Filled"
        case _ if order.filled:
            return "PartiallyFilledCanceled" if order.category == SPOT else "Cancelled"
        case _:
            return "Cancelled" if order.working_at is not None else "Deactivated"


def cancel_type(order: AnyOrder) -> str:
    """Who ended it."""
    if order.by_protection:
        return "CancelByDCP"
    return "CancelBySmp" if order.prevented else _REASONS.get(order.reason, ("UNKNOWN", ""))[0]


def reject_reason(order: AnyOrder) -> str:
    """Why it was ended."""
    return _REASONS.get(order.reason, ("", "EC_NoError"))[1]
