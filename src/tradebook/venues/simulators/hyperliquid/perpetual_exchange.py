"""The exchange of perpetuals: what Hyperliquid lets customers ask of the matching and of the clearing house,
and what it says of the outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tradebook.kernel.clock import Clock
from tradebook.kernel.money import ZERO
from tradebook.market.values import MarketEvent
from tradebook.trading.conditions import has_come
from tradebook.trading.model.state import Leverage
from tradebook.trading.orders import OrderTerms, Side
from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.contracts.accounts import Funding, OpenPosition
from tradebook.venues.simulators.contracts.clearing import Clearing
from tradebook.venues.simulators.contracts.matching import ContractMatching
from tradebook.venues.simulators.contracts.orders import fee_of_value
from tradebook.venues.simulators.hyperliquid import documents, perpetual_documents
from tradebook.venues.simulators.hyperliquid.accounts import Customer, PerpetualWallet
from tradebook.venues.simulators.hyperliquid.exchange import CoinExchange
from tradebook.venues.simulators.hyperliquid.news import News
from tradebook.venues.simulators.hyperliquid.orders import IOC, LIQUIDATION, OrderRequest, PerpetualOrder
from tradebook.venues.simulators.hyperliquid.placing import terms_of
from tradebook.venues.simulators.hyperliquid.rejections import (
    MARGIN,
    NO_TRIGGERS,
    NOTHING_TO_REDUCE,
    ActionRefusal,
)
from tradebook.venues.simulators.hyperliquid.symbols import QUOTE, Traded
from tradebook.venues.simulators.spot.orders import Fee, SpotFill

FUNDING_RATE, FUNDING_EVERY = Decimal("0.0000125"), timedelta(hours=1)
"""https://hyperliquid.gitbook.io/hyperliquid-docs/trading/funding, while nothing pulls the price away."""
REDUCE_ONLY_ENDED, MARGIN_ENDED = "reduceOnlyCanceled", "perpMarginRejected"


class PerpetualExchange(CoinExchange[PerpetualWallet, PerpetualOrder]):
    """Every order and position. Implements ``ClearingWords``."""

    def __init__(
        self, coins: Iterable[Traded], customers: Sequence[Customer], clock: Clock, news: News
    ) -> None:
        super().__init__(coins, news)
        instruments = [each.instrument for each in self._traded.values()]
        self.matching = self._contracts = ContractMatching[PerpetualWallet, PerpetualOrder](
            instruments, clock, self
        )
        self.clearing = Clearing[PerpetualWallet, PerpetualOrder](
            self._contracts,
            [each.perpetuals for each in customers],
            clock,
            self,
            rate=FUNDING_RATE,
            every=FUNDING_EVERY,
        )

    def on_market(self, event: MarketEvent) -> None:
        """The market lived on."""
        super().on_market(event)
        self.clearing.round()

    # --- requests

    def set_leverage(self, customer: Customer, coin: Traded, leverage: Leverage) -> None:
        """Have positions in it secured so. Raises ActionRefusal."""
        wallet, instrument = customer.perpetuals, coin.instrument
        before = wallet.leverage(instrument.instrument_id)
        if leverage.mode is not before.mode and wallet.position(instrument.instrument_id).quantity:
            raise ActionRefusal("Cannot switch leverage type with open position.")
        if not self._contracts.set_leverage(wallet, instrument, leverage):
            raise ActionRefusal("Insufficient margin for leverage update.")

    def deposit(self, customer: Customer, amount: Decimal, *, other: str) -> None:
        """Collateral comes from somebody, or with a negative amount goes to him."""
        customer.perpetuals.balances.move(QUOTE, amount)
        self._news.moved(customer, documents.internal_transfer(customer, amount, other))

    def move(self, customer: Customer, amount: Decimal, *, to_perp: bool) -> None:
        """Between the customer's own wallets. Raises ActionRefusal."""
        there = self.withdrawable(customer) if not to_perp else customer.spot.balances.of(QUOTE).free
        if not ZERO < amount <= there:
            raise ActionRefusal("Insufficient balance for transfer.")
        customer.spot.balances.move(QUOTE, -amount if to_perp else amount)
        customer.perpetuals.balances.move(QUOTE, amount if to_perp else -amount)
        self._news.moved(customer, documents.class_transfer(amount, to_perp=to_perp))

    # --- what there is

    def withdrawable(self, customer: Customer) -> Decimal:
        """Collateral that nothing needs."""
        return max(self._contracts.available(customer.perpetuals, QUOTE), ZERO)

    def state(self, customer: Customer) -> dict[str, Any]:
        """``clearinghouseState``."""
        wallet = customer.perpetuals
        held = [self._measured(wallet, each) for each in wallet.positions()]
        now, withdrawable = self._news.now(), self.withdrawable(customer)
        return perpetual_documents.state(wallet, held, withdrawable=withdrawable, at=now)

    def active_asset(self, customer: Customer, coin: Traded) -> dict[str, Any]:
        """``activeAssetData``: what a position would be opened with, and how large it might be."""
        wallet, instrument = customer.perpetuals, coin.instrument
        return perpetual_documents.active_asset(
            customer,
            coin,
            wallet.leverage(instrument.instrument_id),
            available=self.withdrawable(customer),
            mark=self._contracts.mark(instrument) or ZERO,
        )

    def _measured(self, wallet: PerpetualWallet, position: OpenPosition) -> perpetual_documents.Measured:
        return perpetual_documents.Measured(
            coin=self._by_instrument[position.instrument.instrument_id].coin.name,
            position=position,
            leverage=wallet.leverage(position.instrument.instrument_id),
            mark=self._contracts.mark(position.instrument) or ZERO,
            gained=self._contracts.gained(position),
            liquidated_at=self.clearing.liquidation_price(wallet, position),
        )

    # --- what becomes of orders

    def fee_of(
        self,
        account: PerpetualWallet,  # noqa: ARG002  # of the protocol: everybody pays the same
        order: PerpetualOrder,
        *,
        is_maker: bool,
        quantity: Decimal,
        price: Decimal,
    ) -> Fee:
        """Of what is traded, in the collateral."""
        return fee_of_value(order, is_maker=is_maker, quantity=quantity, price=price)

    def triggered(self, wallet: PerpetualWallet, order: PerpetualOrder) -> None:
        """It is paid for when its price has come, or ends."""
        super().triggered(wallet, order)
        if order.locked and self._contracts.available(wallet, QUOTE) < ZERO:
            order.was_denied = True
            self.matching.cancel(wallet, order)

    def _wallet_of(self, customer: Customer) -> PerpetualWallet:
        return customer.perpetuals

    def _new_order(self, request: OrderRequest) -> PerpetualOrder:
        instrument = self._traded[request.coin].instrument
        terms, now = terms_of(request, instrument), self._news.now()
        return PerpetualOrder(request, terms, instrument, order_id=self._news.next_oid(), at=now)

    def _require(self, wallet: PerpetualWallet, order: PerpetualOrder) -> None:
        terms = order.terms
        waits = terms.stop_price is not None
        if terms.reduce_only and not waits and not self._contracts.reducible(wallet, terms):
            raise self._refusal(NOTHING_TO_REDUCE, order)
        last = self.matching.last_price(terms.instrument_id)
        if terms.stop_price is not None and last is not None and has_come(terms, terms.stop_price, last):
            raise self._refusal(NO_TRIGGERS, order)
        needed = self._contracts.prepare(wallet, order)
        if needed > ZERO and needed > self._contracts.available(wallet, QUOTE):
            raise self._refusal(MARGIN, order)

    def _status_at_end(self, order: PerpetualOrder) -> str:
        if order.was_denied:
            return MARGIN_ENDED
        return REDUCE_ONLY_ENDED if order.reason == "reduce_only" else super()._status_at_end(order)

    def _told_of(self, wallet: PerpetualWallet, order: PerpetualOrder, fill: SpotFill) -> dict[str, Any]:
        settled = order.settled[fill.trade_id]
        start = settled.quantity - fill.quantity if order.is_buy else settled.quantity + fill.quantity
        direction = perpetual_documents.direction(order, start, settled.quantity)
        told = documents.fill(order, fill, start=start, direction=direction, gain=settled.realised)
        if order.cause is Cause.LIQUIDATION:
            mark = self._contracts.mark(order.instrument) or fill.price
            told |= perpetual_documents.liquidation(wallet.customer, mark)
        return told

    # --- what the clearing house does

    def closing_order(
        self, account: PerpetualWallet, position: OpenPosition, terms: OrderTerms, cause: Cause
    ) -> PerpetualOrder:
        """One at the market, without a name of anybody's."""
        instrument = position.instrument
        request = OrderRequest(
            coin=self._by_instrument[instrument.instrument_id].coin.name,
            is_buy=terms.side is Side.BUY,
            price=self._contracts.mark(instrument) or position.entry_price,
            size=terms.quantity,
            tif=LIQUIDATION if cause is Cause.LIQUIDATION else IOC,
            reduce_only=True,
        )
        order = PerpetualOrder(
            request,
            terms,
            instrument,
            order_id=self._news.next_oid(),
            at=self._news.now(),
            cause=cause,
        )
        account.customer.note(order)
        return order

    def funded(self, account: PerpetualWallet, payment: Funding) -> None:
        """Told by itself."""
        coin = self._by_instrument[payment.instrument.instrument_id].coin.name
        self._news.funded(account.customer, perpetual_documents.funding(coin, payment))
