"""The spot exchange: what Bybit lets accounts ask of the matching, and what it says of the outcome."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import count
from typing import Any

from tradebook.kernel.clock import Clock
from tradebook.kernel.money import ZERO
from tradebook.market.values import MarketEvent
from tradebook.trading.orders import OrderType
from tradebook.venues.simulators.bybit import documents
from tradebook.venues.simulators.bybit.accounts import BybitAccount
from tradebook.venues.simulators.bybit.amending import read_amendment
from tradebook.venues.simulators.bybit.orders import PREVENTIONS, BybitOrder
from tradebook.venues.simulators.bybit.params import Params
from tradebook.venues.simulators.bybit.placing import read_request, require_rules, terms_of
from tradebook.venues.simulators.bybit.rejections import Rejection, insufficient, repeated
from tradebook.venues.simulators.bybit.symbols import Symbols
from tradebook.venues.simulators.spot.fees import fee_of_received
from tradebook.venues.simulators.spot.matching import SpotMatching
from tradebook.venues.simulators.spot.orders import Fee, SpotFill

Tell = Callable[[BybitAccount, str, dict[str, Any]], None]
"""Says something on a topic to everybody who listens to an account."""

FIRST_ORDER_ID = 1_900_000_000_000_000_000
_REFUSALS = {
    "post_only_would_trade": (170218, "The LIMIT-MAKER order is rejected due to invalid price."),
    "no_price": (170149, "Create order failed."),
    "less_than_one_lot": (170136, "Order quantity lower than the minimum."),
}


class SpotExchange:
    """Every order of every account. Implements ``Outcomes``."""

    def __init__(self, symbols: Symbols, clock: Clock, tell: Tell) -> None:
        self._symbols = symbols
        self._clock = clock
        self._tell = tell
        self._matching = SpotMatching[BybitAccount, BybitOrder](symbols.instruments.values(), clock, self)
        # A client order id that is not given is the number after the order's.
        self._order_ids = count(FIRST_ORDER_ID, 2)

    def on_market(self, event: MarketEvent) -> None:
        """The market lived on."""
        self._matching.on_market(event)

    # --- requests

    def place(self, account: BybitAccount, params: Params) -> BybitOrder:
        """Take an order. Raises Rejection."""
        request = read_request(params)
        instrument = self._symbols.require(request.symbol)
        last = self._matching.last_price(instrument.instrument_id)
        terms = terms_of(params, request, instrument, last)
        known = request.client_order_id and account.find(
            request.symbol, client_order_id=request.client_order_id
        )
        if known:
            raise repeated()
        order = BybitOrder(
            request,
            terms,
            instrument,
            order_id=next(self._order_ids),
            at=self._clock.now(),
            last_price=last,
        )
        if account.balances.of(order.gives).free < self._matching.need_of(terms, instrument):
            raise insufficient()
        refusal = self._matching.place(account, order, PREVENTIONS[request.smp_type])
        if refusal:
            raise Rejection(*_REFUSALS[refusal])
        return order

    def cancel(self, account: BybitAccount, order: BybitOrder) -> None:
        """End an order that works."""
        self._matching.cancel(account, order)

    def amend(self, account: BybitAccount, order: BybitOrder, params: Params) -> None:
        """Change an order where it stands, in all that is told. Raises Rejection."""
        new = read_amendment(params, order, too_small=Rejection(10001, "params error: qty err"))
        require_rules(new.terms, order.instrument, None)
        more = self._matching.more_for(
            order, quantity=new.quantity, price=new.price, stop_price=new.stop_price
        )
        if more > ZERO and account.balances.of(order.gives).free < more:
            raise insufficient()
        refusal = self._matching.change(
            account, order, quantity=new.quantity, price=new.price, stop_price=new.stop_price
        )
        if refusal:
            raise Rejection(*_REFUSALS.get(refusal, (170210, "New order rejected.")))

    # --- what becomes of them

    def fee_of(
        self,
        account: BybitAccount,  # noqa: ARG002  # of the protocol: everybody pays the same
        order: BybitOrder,
        *,
        is_maker: bool,
        quantity: Decimal,
        price: Decimal,
    ) -> Fee:
        """Out of what comes in: https://bybit-exchange.github.io/docs/v5/enum#spot-fee-currency-instruction."""
        return fee_of_received(order, is_maker=is_maker, quantity=quantity, price=price)

    def taken(self, account: BybitAccount, order: BybitOrder) -> None:
        """Of one at the market only the end is told."""
        if order.terms.type is not OrderType.MARKET:
            self._say(account, order)
        self._say_wallet(account, order)

    def filled(self, account: BybitAccount, order: BybitOrder, fill: SpotFill) -> None:
        """The trade, then the order, then the money."""
        told = documents.execution(order, fill)
        account.executions.append(told)
        self._tell(account, "execution", told)
        self._say(account, order)
        self._say_wallet(account, order)

    def triggered(self, account: BybitAccount, order: BybitOrder) -> None:
        """For an instant it is Triggered, then it works."""
        told = documents.order(order)
        self._tell(account, "order", {"category": "spot", **told, "orderStatus": "Triggered"})
        self._say(account, order)

    def changed(self, account: BybitAccount, order: BybitOrder) -> None:
        """Told by its new terms; nothing else says that they are new."""
        self._say(account, order)
        self._say_wallet(account, order)

    def ended(self, account: BybitAccount, order: BybitOrder) -> None:
        """Told by its status."""
        self._say(account, order)
        self._say_wallet(account, order)

    def _say(self, account: BybitAccount, order: BybitOrder) -> None:
        self._tell(account, "order", {"category": "spot", **documents.order(order)})

    def _say_wallet(self, account: BybitAccount, order: BybitOrder) -> None:
        assets = (order.instrument.base_asset, order.instrument.quote_asset)
        self._tell(account, "wallet", documents.wallet(account, assets))
