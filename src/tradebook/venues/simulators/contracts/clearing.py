"""The clearing house of a simulated market of contracts: funding, and positions that nobody may keep.

* Whenever the time has come longs pay shorts ``rate`` of the value of their positions at the mark.
* A position is liquidated where what secures it is less than its maintenance margin: all that the account
  has of the settle asset and has gained in it (cross), or what was set aside for it alone (isolated).
* A venue may also close a position against somebody else's liquidation, or for good.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, Generic, Protocol, TypeVar

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import ClientOrderId
from tradebook.kernel.money import ZERO, round_half_even
from tradebook.trading.model.liquidation import liquidation_price, maintenance_margin
from tradebook.trading.orders import MarginMode, OrderTerms, OrderType, Side
from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.contracts.accounts import ContractAccount, Funding, OpenPosition
from tradebook.venues.simulators.contracts.matching import ContractMatching
from tradebook.venues.simulators.contracts.orders import ContractOrder
from tradebook.venues.simulators.spot.self_trades import Prevention

RATE = Decimal("0.0001")
EVERY = timedelta(hours=8)
"""From midnight on, as most venues have it."""
ROUND_S = 1.0

OrderT = TypeVar("OrderT", bound=ContractOrder)
AccountT = TypeVar("AccountT", bound=ContractAccount[Any])
AccountIn_contra = TypeVar("AccountIn_contra", bound=ContractAccount[Any], contravariant=True)
OrderOut_co = TypeVar("OrderOut_co", bound=ContractOrder, covariant=True)


class ClearingWords(Protocol[AccountIn_contra, OrderOut_co]):
    """What a venue makes of that which its clearing house does."""

    def closing_order(
        self, account: AccountIn_contra, position: OpenPosition, terms: OrderTerms, cause: Cause
    ) -> OrderOut_co:
        """The venue's own order by which a position is closed, with the ids that it gives to such."""
        ...

    def funded(self, account: AccountIn_contra, payment: Funding) -> None:
        """Funding was paid or received, and is in the wallet."""
        ...


class Clearing(Generic[AccountT, OrderT]):
    """Looks after all accounts."""

    def __init__(
        self,
        matching: ContractMatching[AccountT, OrderT],
        accounts: Iterable[AccountT],
        clock: Clock,
        words: ClearingWords[AccountT, OrderT],
        *,
        rate: Decimal = RATE,
        every: timedelta = EVERY,
    ) -> None:
        self._matching = matching
        self._accounts = list(accounts)
        self._clock = clock
        self._words = words
        self.rate = rate
        """The next one."""
        self._every = every
        self._payment_ids = count(1)
        self._funded_at = self._last_funding()
        self._looked_at = clock.now()

    @property
    def next_funding_at(self) -> datetime:
        """When the sides pay each other next."""
        return self._last_funding() + self._every

    def round(self) -> None:
        """Fund and measure everybody; at most once a second."""
        now = self._clock.now()
        if (now - self._looked_at).total_seconds() < ROUND_S:
            return
        self._looked_at = now
        due_at = self._last_funding()
        if due_at > self._funded_at:
            self._funded_at = due_at
            self.fund()
        self.measure()

    def fund(self) -> None:
        """The sides of every contract pay each other now."""
        for account in self._accounts:
            for each in account.positions():
                self._fund(account, each)

    def measure(self) -> None:
        """Liquidate whatever is not secured any more."""
        for account in self._accounts:
            for group in self._secured_together(account):
                if self._is_lost(account, group):
                    for each in group:
                        self.close(account, each, Cause.LIQUIDATION)

    def close(self, account: AccountT, position: OpenPosition, cause: Cause) -> None:
        """At the market, by an order of the venue's; the account's own of the instrument end before."""
        for order in account.open_orders():
            if order.instrument == position.instrument:
                self._matching.cancel(account, order)
        quantity = position.held.quantity
        terms = OrderTerms(
            client_order_id=ClientOrderId(""),
            instrument_id=position.instrument.instrument_id,
            side=Side.SELL if quantity > ZERO else Side.BUY,
            type=OrderType.MARKET,
            quantity=abs(quantity),
            reduce_only=True,
            position_side=position.side,
        )
        order = self._words.closing_order(account, position, terms, cause)
        self._matching.place(account, order, Prevention.NONE)

    def liquidation_price(self, account: AccountT, position: OpenPosition) -> Decimal | None:
        """Where it would be lost, as the others stand now; None where no price does that."""
        held, contract = position.held, position.contract
        group = next(each for each in self._secured_together(account) if position in each)
        backing = self._backing(account, group)
        for each in group:
            if each != position:
                backing += self._matching.gained(each) - self._maintenance(each)
        return liquidation_price(contract, held.quantity, held.cost, backing=backing)

    def _fund(self, account: AccountT, position: OpenPosition) -> None:
        price, contract, held = self._matching.mark(position.instrument), position.contract, position.held
        if not price:
            return
        paid = round_half_even(contract.value(abs(held.quantity), price) * self.rate, contract.settle_step)
        amount = -paid if held.quantity > ZERO else paid
        account.balances.move(contract.settle_asset, amount)
        payment = Funding(
            payment_id=next(self._payment_ids),
            instrument=position.instrument,
            side=position.side,
            quantity=held.quantity,
            rate=self.rate,
            amount=amount,
            at=self._clock.now(),
        )
        account.fundings.append(payment)
        self._words.funded(account, payment)

    def _secured_together(self, account: AccountT) -> Iterable[Sequence[OpenPosition]]:
        """Isolated positions each by itself, all others by their settle asset."""
        crossed: dict[str, list[OpenPosition]] = {}
        for each in account.positions():
            if account.leverage(each.instrument.instrument_id).mode is MarginMode.ISOLATED:
                yield [each]
            else:
                crossed.setdefault(each.contract.settle_asset, []).append(each)
        yield from crossed.values()

    def _backing(self, account: AccountT, group: Sequence[OpenPosition]) -> Decimal:
        """What secures a group besides what it has gained."""
        first = group[0]
        if account.leverage(first.instrument.instrument_id).mode is MarginMode.ISOLATED:
            return first.held.margin
        asset = first.contract.settle_asset
        isolated = (
            each.held.margin
            for each in account.positions()
            if each.contract.settle_asset == asset and each not in group
        )
        return account.balances.total(asset) - sum(isolated, ZERO)

    def _is_lost(self, account: AccountT, group: Sequence[OpenPosition]) -> bool:
        left = self._backing(account, group) + sum((self._matching.gained(each) for each in group), ZERO)
        return left < sum((self._maintenance(each) for each in group), ZERO)

    def _maintenance(self, position: OpenPosition) -> Decimal:
        price = self._matching.mark(position.instrument)
        return maintenance_margin(position.contract, position.held.quantity, price) if price else ZERO

    def _last_funding(self) -> datetime:
        now = self._clock.now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + self._every * ((now - midnight) // self._every)
