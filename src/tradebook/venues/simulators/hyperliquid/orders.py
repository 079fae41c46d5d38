"""Orders as the simulated Hyperliquid keeps them, in its words.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint
(query order status by oid or cloid)
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tradebook.kernel.messages import Value
from tradebook.market.values import Instrument
from tradebook.trading.orders import OrderTerms
from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.contracts.orders import ContractOrder
from tradebook.venues.simulators.spot.orders import SpotOrder

OPEN, TRIGGERED, FILLED = "open", "triggered", "filled"
CANCELLED, SCHEDULED = "canceled", "scheduledCancel"
IOC, LIQUIDATION = "Ioc", "LiquidationMarket"


class Trigger(Value, frozen=True, kw_only=True):
    """The price that an order waits for."""

    price: Decimal
    is_market: bool
    """Whether its own price only bounds what it may trade at then."""
    is_profit: bool
    """Whether it takes a profit or stops a loss."""


class OrderRequest(Value, frozen=True, kw_only=True):
    """What a client asked for, read and in order by itself."""

    coin: str
    is_buy: bool
    price: Decimal
    size: Decimal
    tif: str
    reduce_only: bool = False
    trigger: Trigger | None = None
    cloid: str | None = None


class Standing:
    """How an order stands. Asked for by itself it is told as it was when its status last changed."""

    def __init__(self, size: Decimal, at: datetime) -> None:
        self.status = OPEN
        self.at = at
        self.left = size
        self.ends_as = CANCELLED
        """Its status when what is left of it is cancelled."""

    def becomes(self, status: str, left: Decimal, at: datetime) -> None:
        """Its status has changed."""
        self.status, self.left, self.at = status, left, at


class PairOrder(SpotOrder):
    """Its state; of a pair of tokens."""

    def __init__(
        self,
        request: OrderRequest,
        terms: OrderTerms,
        instrument: Instrument,
        *,
        order_id: int,
        at: datetime,
    ) -> None:
        super().__init__(
            terms,
            instrument,
            symbol=request.coin,
            order_id=order_id,
            client_order_id=name_of(request, order_id),
            at=at,
        )
        self.request = request
        self.standing = Standing(request.size, at)


class PerpetualOrder(ContractOrder):
    """Its state; of a perpetual. One that waits for a price trades no further than its own price then."""

    def __init__(
        self,
        request: OrderRequest,
        terms: OrderTerms,
        instrument: Instrument,
        *,
        order_id: int,
        at: datetime,
        cause: Cause = Cause.ORDER,
    ) -> None:
        super().__init__(
            terms,
            instrument,
            symbol=request.coin,
            order_id=order_id,
            client_order_id=name_of(request, order_id),
            at=at,
            cause=cause,
        )
        self.request = request
        self.standing = Standing(request.size, at)
        self.was_denied = False
        """Whether it was not paid for when its price had come."""

    @property
    def worst_price(self) -> Decimal | None:
        """Of one that trades at any price up to it; None for every other order."""
        is_bounded = self.request.trigger is not None and self.request.trigger.is_market
        return self.request.price if is_bounded else None


AnyOrder = PairOrder | PerpetualOrder


def name_of(request: OrderRequest, order_id: int) -> str:
    """By what it is known here, which is not told where the client gave no name."""
    return request.cloid or str(order_id)
