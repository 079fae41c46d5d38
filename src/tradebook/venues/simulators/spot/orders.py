"""An order and its fills as every simulated spot market keeps them; the words are each venue's own."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from tradebook.kernel.ids import OrderId
from tradebook.kernel.messages import Value
from tradebook.kernel.money import ZERO, multiply
from tradebook.market.values import Instrument
from tradebook.trading.orders import OrderStatus, OrderTerms, OrderType, Side

OPEN = frozenset({OrderStatus.ACCEPTED, OrderStatus.PARTIALLY_FILLED})
RESERVE = Decimal("0.05")
"""A buy at the market that waits for its stop price is paid for up to so much above it, and no further."""


class Fee(NamedTuple):
    """What a trade costs."""

    amount: Decimal
    asset: str


class SpotFill(Value, frozen=True, kw_only=True):
    """One trade of an order."""

    trade_id: int
    """Unique within the symbol."""
    order_id: int
    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_asset: str
    is_buyer: bool
    is_maker: bool
    leaves: Decimal
    """Of the order, after it."""
    at: datetime


class SpotOrder:
    """Its state. Ids are unique within the symbol, and only there."""

    def __init__(
        self,
        terms: OrderTerms,
        instrument: Instrument,
        *,
        symbol: str,
        order_id: int,
        client_order_id: str,
        at: datetime,
    ) -> None:
        self.terms = terms
        """As it was asked for; what was changed since stands below."""
        self.instrument = instrument
        self.symbol = symbol
        self.order_id = order_id
        self.client_order_id = client_order_id
        self.phase = OrderStatus.ACCEPTED
        self.reason = ""
        """Why the matching ended or refused it, in its words."""
        self.quantity = terms.quantity
        self.price = terms.price
        self.stop_price = terms.stop_price
        self.filled = self.quote_filled = ZERO
        self.prevented = ZERO
        """What was left when it ended so as not to trade with its own account."""
        self.locked = ZERO
        """Of the asset that it gives away."""
        self.created_at = self.updated_at = at
        self.working_at: datetime | None = None if terms.stop_price is not None else at
        self.fills: list[SpotFill] = []

    @property
    def exchange_id(self) -> OrderId:
        """Unique among all orders of the venue."""
        return OrderId(f"{self.symbol}-{self.order_id}")

    @property
    def is_buy(self) -> bool:
        """Which way it goes."""
        return self.terms.side is Side.BUY

    @property
    def gives(self) -> str:
        """The asset that it gives away."""
        return self.instrument.quote_asset if self.is_buy else self.instrument.base_asset

    @property
    def receives(self) -> str:
        """The asset that comes in."""
        return self.instrument.base_asset if self.is_buy else self.instrument.quote_asset

    @property
    def is_open(self) -> bool:
        """Whether it works, or waits for its stop price."""
        return self.phase in OPEN

    @property
    def is_working(self) -> bool:
        """Whether it is on the book."""
        return self.is_open and self.working_at is not None

    @property
    def remaining(self) -> Decimal:
        """What is left to fill."""
        return self.quantity - self.filled

    @property
    def worst_price(self) -> Decimal | None:
        """Beyond it a buy that waits is not carried out: there may be nothing to pay with."""
        return worst_price_of(self.terms, self.stop_price)

    def take(self, fill: SpotFill) -> None:
        """Count a fill."""
        self.fills.append(fill)
        self.filled += fill.quantity
        self.quote_filled += multiply(fill.price, fill.quantity)
        self.phase = OrderStatus.PARTIALLY_FILLED if self.remaining else OrderStatus.FILLED

    def to_lock(self) -> Decimal:
        """What the rest of it may still cost; one at the market keeps what it has until it is done."""
        if not self.is_open:
            return ZERO
        if self.terms.type is OrderType.MARKET:
            return self.locked
        return self.cost_of(self.remaining, self.price, self.worst_price)

    def cost_of(self, quantity: Decimal, *prices: Decimal | None) -> Decimal:
        """What a quantity takes of the asset that it gives away, at the first price that there is."""
        price = next((each for each in prices if each is not None), None)
        return quantity if price is None or not self.is_buy else multiply(price, quantity)


def worst_price_of(terms: OrderTerms, stop_price: Decimal | None) -> Decimal | None:
    """Of a buy at the market that waits for a price; None for every other order."""
    if terms.side is Side.BUY and stop_price is not None and terms.price is None:
        return stop_price * (1 + RESERVE)
    return None
