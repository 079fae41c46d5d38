"""An order as the risk checks see it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import ONE, ZERO, divide
from tradebook.market.values import Instrument
from tradebook.trading.conditions import CONDITIONAL_TYPES
from tradebook.trading.model.contracts import reducible
from tradebook.trading.model.state import Account, Order
from tradebook.trading.orders import OrderTerms, PriceSeen, Side


class Proposal(msgspec.Struct, kw_only=True, gc=False):
    """A new order, or an open one with new terms, and what it is judged by."""

    account: Account
    at: datetime
    terms: OrderTerms
    instrument: Instrument
    seen: PriceSeen | None
    quote_rate: Decimal | None
    hold_asset: Asset
    hold: Decimal
    """What it would add to the account's holds."""
    replaces: Order | None = None
    reference: Decimal | None = None
    """The price that its size is judged at: what it pays or gets, at the market where it names none."""
    notional: Decimal | None = None
    """Its size in the quote asset."""

    def __post_init__(self) -> None:
        self.reference = _reference(self.terms, self.seen)
        self.notional = self.terms.quote_quantity
        if self.notional is None and self.reference is not None:
            self.notional = self.instrument.notional(self.terms.quantity, self.reference)

    @property
    def is_buy(self) -> bool:
        """Which way it goes."""
        return self.terms.side is Side.BUY

    @property
    def adds_exposure(self) -> bool:
        """Whether it may leave the account with more at stake: buying what is owned, opening a contract."""
        if self.instrument.contract is None:
            return self.is_buy
        if self.terms.reduce_only:
            return False
        wanted = self.terms.quantity + self._wanted_besides
        return wanted > reducible(self.account, self.terms)

    @property
    def _wanted_besides(self) -> Decimal:
        """What other open orders of its side may trade."""
        interest = self.account.interests.get(self.terms.instrument_id)
        if interest is None:
            return ZERO
        open_ones = interest.buying if self.is_buy else interest.selling
        return open_ones if self.replaces is None else open_ones - self.replaces.remaining

    @property
    def available(self) -> Decimal:
        """What can be set aside for it: what open contracts have lost so far cannot."""
        lost = min(self.account.unrealised.get(self.hold_asset, ZERO), ZERO)
        return self.account.balance(self.hold_asset).available + lost

    @property
    def is_covered(self) -> bool:
        """Whether it may need no hold of its own: what it replaces has one, its OCO group, or the position
        that it reduces."""
        reduces = self.instrument.contract is not None and self.terms.reduce_only
        return reduces or self.replaces is not None or bool(self.terms.oco_group)

    @property
    def waits_for_trigger(self) -> bool:
        """Whether nothing trades until a price comes."""
        if self.terms.type not in CONDITIONAL_TYPES:
            return False
        return self.replaces is None or not self.replaces.triggered

    @property
    def base_rate(self) -> Decimal | None:
        """What one unit of the quote asset is worth in the account's base asset, in which limits are."""
        return rate_in(self.account.base_asset, self.instrument, self.reference, self.quote_rate)


def rate_in(
    asset: Asset, instrument: Instrument, price: Decimal | None, quote_rate: Decimal | None
) -> Decimal | None:
    """What one unit of the instrument's quote asset is worth in ``asset``, at the instrument's ``price``."""
    if instrument.quote_asset == asset:
        return ONE
    if instrument.base_asset == asset and price:
        return divide(ONE, price)
    return quote_rate


def _reference(terms: OrderTerms, seen: PriceSeen | None) -> Decimal | None:
    if terms.price is not None:
        return terms.price
    if terms.stop_price is not None:
        return terms.stop_price
    if seen is None:
        return None
    return seen.ask if terms.side is Side.BUY else seen.bid
