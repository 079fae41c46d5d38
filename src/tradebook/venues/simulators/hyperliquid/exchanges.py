"""Both exchanges of the simulated Hyperliquid: a coin is traded on one of them."""

from __future__ import annotations

from collections.abc import Sequence

from tradebook.kernel.clock import Clock
from tradebook.market.values import MarketEvent
from tradebook.venues.simulators.hyperliquid.accounts import Customer
from tradebook.venues.simulators.hyperliquid.news import News, Say
from tradebook.venues.simulators.hyperliquid.orders import CANCELLED, AnyOrder, OrderRequest, PairOrder
from tradebook.venues.simulators.hyperliquid.perpetual_exchange import PerpetualExchange
from tradebook.venues.simulators.hyperliquid.rejections import OrderRefusal
from tradebook.venues.simulators.hyperliquid.spot_exchange import SpotExchange
from tradebook.venues.simulators.hyperliquid.symbols import Symbols


class Exchanges:
    """Every order of every customer."""

    def __init__(self, symbols: Symbols, customers: Sequence[Customer], clock: Clock, say: Say) -> None:
        self._symbols = symbols
        news = News(clock, say)
        self.spot = SpotExchange(symbols.traded_pairs.values(), clock, news)
        self.perpetuals = PerpetualExchange(symbols.traded_perpetuals.values(), customers, clock, news)

    def on_market(self, event: MarketEvent) -> None:
        """The market lived on."""
        self.spot.on_market(event)
        self.perpetuals.on_market(event)

    def place(self, customer: Customer, request: OrderRequest) -> AnyOrder:
        """Take an order. Raises OrderRefusal."""
        return self._of(request.coin).place(customer, request)

    def refuse(self, customer: Customer, request: OrderRequest, refusal: OrderRefusal) -> None:
        """An order that the rules of its coin keep out has a number all the same. Raises OrderRefusal."""
        self._of(request.coin).refuse(customer, request, refusal)

    def cancel(self, customer: Customer, order: AnyOrder, *, status: str = CANCELLED) -> None:
        """End an order that works, or waits for its price."""
        if isinstance(order, PairOrder):
            self.spot.cancel(customer, order, status=status)
        else:
            self.perpetuals.cancel(customer, order, status=status)

    def _of(self, coin: str) -> SpotExchange | PerpetualExchange:
        return self.perpetuals if coin in self._symbols.traded_perpetuals else self.spot
