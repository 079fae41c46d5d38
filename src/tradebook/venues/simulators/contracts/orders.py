"""An order of a contract, and why there is one."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tradebook.kernel.money import ONE, ZERO, divide, round_half_even, round_up
from tradebook.market.values import Contract, Instrument
from tradebook.trading.orders import OrderTerms, Settled
from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.spot.orders import Fee, SpotFill, SpotOrder


class ContractOrder(SpotOrder):
    """Its state. It locks margin for what it would open, and the fee of that, in the settle asset.

    One that only reduces locks nothing, nor one that still waits for its price.
    """

    def __init__(
        self,
        terms: OrderTerms,
        instrument: Instrument,
        *,
        symbol: str,
        order_id: int,
        client_order_id: str,
        at: datetime,
        cause: Cause = Cause.ORDER,
    ) -> None:
        super().__init__(
            terms, instrument, symbol=symbol, order_id=order_id, client_order_id=client_order_id, at=at
        )
        self.cause = cause
        """Who made it: its account, or the venue."""
        self.leverage = ONE
        """Of its instrument."""
        self.closes = ZERO
        """How much of a position it could close when it was taken: that needs no margin."""
        self.price_seen: Decimal | None = None
        """What one at the market was expected to trade at."""
        self.settled: dict[int, Settled] = {}
        """What each of its trades settled, by the trade's id."""

    @property
    def contract(self) -> Contract:
        """How it is settled."""
        assert self.instrument.contract is not None
        return self.instrument.contract

    @property
    def gives(self) -> str:
        """The asset that it locks."""
        return self.contract.settle_asset

    @property
    def receives(self) -> str:
        """The asset that it settles in."""
        return self.contract.settle_asset

    @property
    def worst_price(self) -> Decimal | None:
        """None: it is secured by what it is worth when it trades."""
        return None

    @property
    def average_price(self) -> Decimal:
        """Of what is filled, to 28 digits; zero before."""
        return self.contract.price_of(self.filled, self.quote_filled) if self.filled else ZERO

    def take(self, fill: SpotFill) -> None:
        """Count a fill; what was traded is counted in the settle asset."""
        before = self.quote_filled
        super().take(fill)
        self.quote_filled = before + self.contract.value(fill.quantity, fill.price)

    def to_lock(self) -> Decimal:
        """What the rest of it may still need; what it closes is taken to come first."""
        if not self.is_open:
            return ZERO
        return self.needs(self.quantity, self.price)

    def needs(self, quantity: Decimal, price: Decimal | None) -> Decimal:
        """Of another quantity in all, at another price."""
        if self.terms.reduce_only or self.working_at is None:
            return ZERO
        opens = min(quantity - self.filled, max(quantity - self.closes, ZERO))
        return self.cost_of(opens, price, self.price_seen)

    def cost_of(self, quantity: Decimal, *prices: Decimal | None) -> Decimal:
        """Margin and fee of opening so much, at the first price that there is."""
        price = next((each for each in prices if each), None)
        if price is None:
            return ZERO
        share = divide(ONE, self.leverage) + self.instrument.taker_fee_rate
        return round_up(self.contract.value(quantity, price) * share, self.contract.settle_step)


def fee_of_value(order: ContractOrder, *, is_maker: bool, quantity: Decimal, price: Decimal) -> Fee:
    """A part of what is traded, in the settle asset."""
    instrument, contract = order.instrument, order.contract
    rate = instrument.maker_fee_rate if is_maker else instrument.taker_fee_rate
    fee = contract.value(quantity, price) * rate
    return Fee(round_half_even(fee, contract.settle_step), contract.settle_asset)
