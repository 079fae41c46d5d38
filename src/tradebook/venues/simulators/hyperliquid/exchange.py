"""What orders of pairs and of perpetuals have in common: how they are taken and refused, and what is said of
them. Matching is that of all simulated venues; what it reports becomes Hyperliquid's words here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, Generic, TypeVar

import msgspec

from tradebook.kernel.money import plain
from tradebook.market.values import BookUpdate, Level, MarketEvent, Quote, Trade
from tradebook.trading.orders import OrderStatus
from tradebook.venues.simulators.hyperliquid.accounts import Customer, PerpetualWallet, SpotWallet
from tradebook.venues.simulators.hyperliquid.news import News
from tradebook.venues.simulators.hyperliquid.orders import (
    CANCELLED,
    FILLED,
    IOC,
    LIQUIDATION,
    TRIGGERED,
    OrderRequest,
    PairOrder,
    PerpetualOrder,
)
from tradebook.venues.simulators.hyperliquid.rejections import (
    NO_MATCH,
    WOULD_MATCH,
    OrderRefusal,
    Reason,
    refuse,
)
from tradebook.venues.simulators.hyperliquid.symbols import Coin, Traded
from tradebook.venues.simulators.spot.matching import SpotMatching
from tradebook.venues.simulators.spot.orders import SpotFill
from tradebook.venues.simulators.spot.self_trades import Prevention

OrderT = TypeVar("OrderT", PairOrder, PerpetualOrder)
WalletT = TypeVar("WalletT", SpotWallet, PerpetualWallet)

NEVER_RESTS = (IOC, LIQUIDATION)


class CoinExchange(ABC, Generic[WalletT, OrderT]):
    """Every order of one kind of coin. With ``fee_of`` it implements ``Outcomes``."""

    matching: SpotMatching[WalletT, OrderT]

    def __init__(self, coins: Iterable[Traded], news: News) -> None:
        self._traded = {each.coin.name: each for each in coins}
        self._by_instrument = {each.instrument.instrument_id: each for each in self._traded.values()}
        self._news = news

    def on_market(self, event: MarketEvent) -> None:
        """The market lived on."""
        self.matching.on_market(on_grid(event, self._by_instrument[event.instrument_id].coin))

    # --- requests

    def place(self, customer: Customer, request: OrderRequest) -> OrderT:
        """Take an order. Raises OrderRefusal."""
        wallet, order = self._wallet_of(customer), self._new_order(request)
        customer.note(order)
        try:
            self._require(wallet, order)
        except OrderRefusal as refusal:
            self._reject(customer, order, refusal.status)
            raise
        if self.matching.place(wallet, order, Prevention.NONE):
            self._reject(customer, order, WOULD_MATCH.status)
            raise self._refusal(WOULD_MATCH, order)
        if order.standing.status == NO_MATCH.status:
            raise self._refusal(NO_MATCH, order)
        return order

    def refuse(self, customer: Customer, request: OrderRequest, refusal: OrderRefusal) -> None:
        """One that is not even looked at by the matching has a number all the same. Raises OrderRefusal."""
        order = self._new_order(request)
        customer.note(order)
        self._reject(customer, order, refusal.status or "rejected")
        raise refusal

    def _reject(self, customer: Customer, order: OrderT, status: str) -> None:
        order.phase = OrderStatus.REJECTED
        self._news.stands(customer, order, status)

    def cancel(self, customer: Customer, order: OrderT, *, status: str = CANCELLED) -> None:
        """End an order that works, or waits for its price."""
        order.standing.ends_as = status
        self.matching.cancel(self._wallet_of(customer), order)

    @abstractmethod
    def _wallet_of(self, customer: Customer) -> WalletT:
        """What pays for it."""

    @abstractmethod
    def _new_order(self, request: OrderRequest) -> OrderT:
        """The same with a number."""

    @abstractmethod
    def _require(self, wallet: WalletT, order: OrderT) -> None:
        """Raises OrderRefusal for an order that the customer may not have."""

    @abstractmethod
    def _told_of(self, wallet: WalletT, order: OrderT, fill: SpotFill) -> dict[str, Any]:
        """A trade, as the venue tells it."""

    # --- what becomes of orders

    def taken(self, wallet: WalletT, order: OrderT) -> None:
        """Of one that never rests only the end is told."""
        if order.request.tif not in NEVER_RESTS:
            self._news.works(wallet.customer, order)

    def filled(self, wallet: WalletT, order: OrderT, fill: SpotFill) -> None:
        """The end of the order, and then the trade."""
        customer = wallet.customer
        customer.traded += fill.price * fill.quantity
        if not order.is_open:
            self._news.stands(customer, order, FILLED)
        self._news.traded(customer, self._told_of(wallet, order, fill))

    def triggered(self, wallet: WalletT, order: OrderT) -> None:
        """Told by its status, which stays until it ends."""
        self._news.stands(wallet.customer, order, TRIGGERED)

    def changed(self, wallet: WalletT, order: OrderT) -> None:
        """Nothing changes in place here: a changed order is another one."""

    def ended(self, wallet: WalletT, order: OrderT) -> None:
        """Told by its status."""
        self._news.stands(wallet.customer, order, self._status_at_end(order))

    def _status_at_end(self, order: OrderT) -> str:
        has_found_nothing = order.reason == "immediate_or_cancel" and not order.filled
        return NO_MATCH.status if has_found_nothing else order.standing.ends_as

    def _refusal(self, reason: Reason, order: OrderT) -> OrderRefusal:
        traded = self._traded[order.request.coin]
        quote = self.matching.market.quote(traded.instrument.instrument_id)
        best = "0@0" if quote is None else f"{plain(quote.bid)}@{plain(quote.ask)}"
        return refuse(reason, asset=traded.asset, bbo=best)


def on_grid(event: MarketEvent, coin: Coin) -> MarketEvent:
    """The same at prices that the coin has."""
    replace = msgspec.structs.replace
    match event:
        case Quote():
            return replace(event, bid=coin.bid(event.bid), ask=coin.ask(event.ask))
        case Trade():
            return replace(event, price=coin.nearest(event.price))
        case BookUpdate():
            return replace(event, bids=_levels(event.bids, coin.bid), asks=_levels(event.asks, coin.ask))


def _levels(levels: Sequence[Level], on_side: Callable[[Decimal], Decimal]) -> tuple[Level, ...]:
    return tuple([Level(price=on_side(each.price), size=each.size) for each in levels])
