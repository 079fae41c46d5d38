"""Orders of contracts meet the market: closing settles gains and losses, opening sets margin aside."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Generic, TypeVar

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import ZERO
from tradebook.market.values import Instrument
from tradebook.trading.model.contracts import gain, margin_of, settle
from tradebook.trading.model.state import ContractPosition, Leverage
from tradebook.trading.orders import OrderTerms, Side
from tradebook.trading.worth import mark_price
from tradebook.venues.paper.rules import walk
from tradebook.venues.simulators.contracts.accounts import ContractAccount, OpenPosition
from tradebook.venues.simulators.contracts.orders import ContractOrder
from tradebook.venues.simulators.spot.matching import SpotMatching

OrderT = TypeVar("OrderT", bound=ContractOrder)
AccountT = TypeVar("AccountT", bound=ContractAccount[Any])


class ContractMatching(SpotMatching[AccountT, OrderT], Generic[AccountT, OrderT]):
    """Every order of every account, and what it makes of their positions.

    The terms of an order say which position it is about and whether it only reduces; then it trades no more
    than there is to close.
    """

    # --- what an account may do

    def prepare(self, account: AccountT, order: OrderT) -> Decimal:
        """What is to be free for an order before it is placed; it keeps what that follows from."""
        order.leverage = account.leverage(order.instrument.instrument_id).leverage
        order.closes = self.reducible(account, order.terms)
        order.price_seen = self._price_of(order.terms, order.instrument)
        return order.to_lock()

    def reducible(self, account: AccountT, terms: OrderTerms) -> Decimal:
        """How much an order on its side could close of the position that it is about."""
        quantity = account.position(terms.instrument_id, terms.position_side).quantity
        return abs(quantity) if (quantity < ZERO) == (terms.side is Side.BUY) else ZERO

    def more_for(
        self, order: OrderT, *, quantity: Decimal, price: Decimal | None, stop_price: Decimal | None
    ) -> Decimal:
        """What has to be locked beside what is, before an order is changed."""
        del stop_price  # one that waits for it locks nothing
        return order.needs(quantity, price or order.price) - order.locked

    def available(self, account: AccountT, asset: Asset) -> Decimal:
        """What may be set aside for orders: what is free, and what open positions have gained or lost."""
        return account.balances.of(asset).free + sum(
            (self.gained(each) for each in account.positions() if each.contract.settle_asset == asset), ZERO
        )

    def mark(self, instrument: Instrument) -> Decimal | None:
        """What positions are measured at; None before there is a price."""
        return mark_price(self.market, instrument.instrument_id)

    def gained(self, position: OpenPosition) -> Decimal:
        """What it has gained since it was opened, negative for a loss; in the settle asset."""
        held, price = position.held, self.mark(position.instrument)
        return gain(position.contract, held.quantity, held.cost, price) if price else ZERO

    def set_leverage(self, account: AccountT, instrument: Instrument, leverage: Leverage) -> bool:
        """Secure its positions and orders so from now on; False where there is not enough for that."""
        assert instrument.contract is not None
        contract, wallets = instrument.contract, account.balances
        held = [each for each in account.positions() if each.instrument == instrument]
        margins = [margin_of(each.held.cost, leverage.leverage, contract) for each in held]
        needed = sum(margins, ZERO) - sum((each.held.margin for each in held), ZERO)
        if needed > ZERO and needed > self.available(account, contract.settle_asset):
            return False
        account.secure(instrument.instrument_id, leverage)
        for each, margin in zip(held, margins, strict=True):
            wallets.set_aside(contract.settle_asset, margin - each.held.margin)
            each.held.margin = margin
        for order in account.open_orders():
            if order.instrument == instrument:
                order.leverage = leverage.leverage
                self._release(account, order)
        return True

    # --- how orders are paid for

    def _need_of_order(self, account: AccountT, order: OrderT) -> Decimal:
        return self.prepare(account, order)

    def _price_of(self, terms: OrderTerms, instrument: Instrument) -> Decimal | None:
        """The worst that an order at the market would trade at now; None for one with a price of its own."""
        levels = self._displayed.offered_to(terms.side, instrument.instrument_id)
        if terms.price is not None or not levels or not terms.quantity:
            return None
        return walk(levels, terms.quantity, lot=instrument.lot_size)[-1].price

    def _exchange(
        self, account: AccountT, order: OrderT, trade_id: int, *, quantity: Decimal, price: Decimal
    ) -> None:
        instrument, contract, terms = order.instrument, order.contract, order.terms
        before = account.position(instrument.instrument_id, terms.position_side)
        leverage = account.leverage(instrument.instrument_id).leverage
        settled = settle(before, contract, terms.side, quantity, price, leverage=leverage)
        account.balances.move(settled.asset, settled.realised)
        account.balances.set_aside(settled.asset, settled.margin)
        margin = before.margin + settled.margin
        after = ContractPosition(quantity=settled.quantity, cost=settled.cost, margin=margin)
        account.hold(instrument, terms.position_side, after)
        order.settled[trade_id] = settled

    def _release(self, account: AccountT, order: OrderT) -> None:
        """An order locks what the rest of it may need, which is more once it has been triggered."""
        more = order.to_lock() - order.locked
        account.balances.set_aside(order.gives, more)
        order.locked += more
