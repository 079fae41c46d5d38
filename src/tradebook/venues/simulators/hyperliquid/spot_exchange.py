"""The exchange of pairs: tokens change hands."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tradebook.kernel.clock import Clock
from tradebook.kernel.money import multiply
from tradebook.venues.simulators.hyperliquid import documents
from tradebook.venues.simulators.hyperliquid.accounts import Customer, SpotWallet
from tradebook.venues.simulators.hyperliquid.exchange import CoinExchange
from tradebook.venues.simulators.hyperliquid.news import News
from tradebook.venues.simulators.hyperliquid.orders import OrderRequest, PairOrder
from tradebook.venues.simulators.hyperliquid.placing import terms_of
from tradebook.venues.simulators.hyperliquid.rejections import BALANCE
from tradebook.venues.simulators.hyperliquid.symbols import Traded
from tradebook.venues.simulators.spot.matching import SpotMatching
from tradebook.venues.simulators.spot.orders import Fee, SpotFill

CENT = Decimal("0.00000001")
"""The smallest part of a token that a fee is cut to."""


class SpotExchange(CoinExchange[SpotWallet, PairOrder]):
    """Every order of a pair."""

    def __init__(self, coins: Iterable[Traded], clock: Clock, news: News) -> None:
        super().__init__(coins, news)
        instruments = [each.instrument for each in self._traded.values()]
        self.matching = SpotMatching[SpotWallet, PairOrder](instruments, clock, self)

    def deposit(self, customer: Customer, token: str, amount: Decimal, *, other: str) -> None:
        """Money comes from somebody, or with a negative amount goes to him."""
        customer.spot.balances.move(token, amount)
        self._news.moved(customer, documents.spot_transfer(customer, token, amount, other))

    def fee_of(
        self,
        account: SpotWallet,  # noqa: ARG002  # of the protocol: everybody pays the same
        order: PairOrder,
        *,
        is_maker: bool,
        quantity: Decimal,
        price: Decimal,
    ) -> Fee:
        """Of what comes in."""
        instrument = order.instrument
        rate = instrument.maker_fee_rate if is_maker else instrument.taker_fee_rate
        received = quantity if order.is_buy else multiply(price, quantity)
        return Fee(multiply(received, rate).quantize(CENT), order.receives)

    def _wallet_of(self, customer: Customer) -> SpotWallet:
        return customer.spot

    def _new_order(self, request: OrderRequest) -> PairOrder:
        instrument = self._traded[request.coin].instrument
        terms, now = terms_of(request, instrument), self._news.now()
        return PairOrder(request, terms, instrument, order_id=self._news.next_oid(), at=now)

    def _require(self, wallet: SpotWallet, order: PairOrder) -> None:
        if wallet.balances.of(order.gives).free < self.matching.need_of(order.terms, order.instrument):
            raise self._refusal(BALANCE, order)

    def _told_of(self, wallet: SpotWallet, order: PairOrder, fill: SpotFill) -> dict[str, Any]:
        holding = wallet.balances.of(order.instrument.base_asset)
        left = holding.free + holding.locked
        fee_in_base = fill.fee if fill.fee_asset == order.instrument.base_asset else Decimal(0)
        moved = fill.quantity - fee_in_base if order.is_buy else -fill.quantity
        return documents.fill(
            order, fill, start=left - moved, direction="Buy" if order.is_buy else "Sell", gain=Decimal(0)
        )
