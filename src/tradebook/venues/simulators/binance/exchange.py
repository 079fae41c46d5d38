"""The spot exchange: what Binance lets accounts ask of the matching, and what it says of the outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tradebook.kernel.clock import Clock
from tradebook.kernel.money import multiply
from tradebook.market.values import MarketEvent
from tradebook.trading.conditions import has_come
from tradebook.trading.orders import OrderTerms
from tradebook.venues.simulators.binance import events
from tradebook.venues.simulators.binance.accounts import SpotAccount
from tradebook.venues.simulators.binance.fees import fee_of
from tradebook.venues.simulators.binance.numbers import milliseconds
from tradebook.venues.simulators.binance.orders import OrderRequest, SpotOrder
from tradebook.venues.simulators.binance.placing import require_worth
from tradebook.venues.simulators.binance.rejections import Rejection, insufficient, rejected
from tradebook.venues.simulators.binance.symbols import Symbols
from tradebook.venues.simulators.binance.translation import prevention_of, terms_of
from tradebook.venues.simulators.spot.matching import SpotMatching
from tradebook.venues.simulators.spot.orders import Fee, SpotFill

Tell = Callable[[SpotAccount, dict[str, Any]], None]
"""Says something to everybody who listens to an account."""

_REJECTIONS = {
    "post_only_would_trade": (-2010, "Order would immediately match and take."),
    "no_price": (-2010, "Order book liquidity is less than symbol minimum quantity."),
    "less_than_one_lot": (-1013, "Filter failure: LOT_SIZE"),
}


class SpotExchange:
    """Every order of every account. Implements ``Outcomes``."""

    def __init__(self, symbols: Symbols, clock: Clock, tell: Tell) -> None:
        self._symbols = symbols
        self._clock = clock
        self._tell = tell
        self._matching = SpotMatching[SpotAccount, SpotOrder](symbols.instruments.values(), clock, self)
        self._order_ids: Counter[str] = Counter()
        self._prevented_matches: Counter[str] = Counter()
        self.executions = 0
        """How many there have been: the last one's id."""

    def on_market(self, event: MarketEvent) -> None:
        """The market lived on."""
        self._matching.on_market(event)

    # --- requests

    def check(self, account: SpotAccount, request: OrderRequest) -> OrderTerms:
        """Whether an order would be taken. Raises Rejection."""
        instrument = self._symbols.instruments[request.symbol]
        terms = terms_of(request, instrument)
        last = self._matching.last_price(instrument.instrument_id)
        _require_unused(account, request.symbol, request.client_order_id)
        if last is not None:
            if request.type == "MARKET" and request.quantity:
                require_worth(multiply(last, request.quantity), instrument)
            if request.stop_price is not None and has_come(terms, request.stop_price, last):
                raise rejected("Stop price would trigger immediately.")
        gives = instrument.quote_asset if request.side == "BUY" else instrument.base_asset
        if account.balances.of(gives).free < self._matching.need_of(terms, instrument):
            raise insufficient()
        return terms

    def place(self, account: SpotAccount, request: OrderRequest) -> SpotOrder:
        """Take an order. Raises Rejection."""
        terms = self.check(account, request)
        self._order_ids[request.symbol] += 1
        order_id = self._order_ids[request.symbol]
        order = SpotOrder(
            request,
            terms,
            self._symbols.instruments[request.symbol],
            order_id=order_id,
            client_order_id=request.client_order_id or f"sim{order_id:019d}",
            at=self._clock.now(),
        )
        refusal = self._matching.place(account, order, prevention_of(request))
        if refusal:
            raise Rejection(*_REJECTIONS[refusal])
        return order

    def cancel(self, account: SpotAccount, order: SpotOrder, *, client_order_id: str | None) -> None:
        """End an order that works; the cancellation has an id of its own, beside the order's."""
        order.cancellation_id = client_order_id or f"cancel{order.exchange_id}"
        self._matching.cancel(account, order)

    def amend(
        self, account: SpotAccount, order: SpotOrder, *, quantity: Decimal, client_order_id: str | None
    ) -> None:
        """Make an order smaller where it stands. Raises Rejection."""
        if quantity >= order.quantity:
            raise Rejection(-2038, "Order amend (quantity increase) not supported.")
        if quantity <= order.filled:
            raise Rejection(-2038, "The requested action would change no state; rejecting.")
        if client_order_id != order.client_order_id:
            _require_unused(account, order.symbol, client_order_id)
        order.former_client_order_id = order.client_order_id
        order.client_order_id = client_order_id or f"amend{order.exchange_id}-{self.executions}"
        account.name_order(order)
        self._matching.change(account, order, quantity=quantity)

    # --- what becomes of them

    def fee_of(
        self, account: SpotAccount, order: SpotOrder, *, is_maker: bool, quantity: Decimal, price: Decimal
    ) -> Fee:
        """As Binance takes it."""
        market = self._matching.market
        return fee_of(account, order, market, is_maker=is_maker, quantity=quantity, price=price)

    def taken(self, account: SpotAccount, order: SpotOrder) -> None:
        """Told as NEW."""
        self._say(account, order, "NEW")

    def filled(self, account: SpotAccount, order: SpotOrder, fill: SpotFill) -> None:
        """Told as TRADE."""
        self._say(account, order, "TRADE", fill)

    def triggered(self, account: SpotAccount, order: SpotOrder) -> None:
        """Told as NEW once more."""
        self._say(account, order, "NEW")

    def changed(self, account: SpotAccount, order: SpotOrder) -> None:
        """Told as REPLACED."""
        self._say(account, order, "REPLACED")

    def ended(self, account: SpotAccount, order: SpotOrder) -> None:
        """Told by its status, or as a trade that was prevented."""
        if order.prevented:
            self._prevented_matches[order.symbol] += 1
            order.prevented_match_id = self._prevented_matches[order.symbol]
            self._say(account, order, "TRADE_PREVENTION")
        else:
            self._say(account, order, order.status)

    def _say(
        self, account: SpotAccount, order: SpotOrder, execution: str, fill: SpotFill | None = None
    ) -> None:
        """Tell of the order, then of the balances that it may have changed."""
        now = self._clock.now()
        self.executions += 1
        report = events.execution_report(order, execution, now, execution_id=self.executions, fill=fill)
        self._tell(account, report)
        assets: dict[str, None] = {order.instrument.base_asset: None, order.instrument.quote_asset: None}
        if fill is not None:
            assets[fill.fee_asset] = None
        account.updated_at = milliseconds(now)
        self._tell(account, events.account_position(account.balances, assets, now))


def _require_unused(account: SpotAccount, symbol: str, client_order_id: str | None) -> None:
    known = None if client_order_id is None else account.find(symbol, client_order_id=client_order_id)
    if known is not None and known.is_open:
        raise rejected("Duplicate order sent.")
