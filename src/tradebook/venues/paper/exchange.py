"""The paper exchange: orders meet the market's quotes and trades. Synchronous; its only time is the market's.

* A market order fills at the displayed prices, as far as its protection price; the rest is cancelled.
* An aggressive limit order takes the displayed size within its limit; the rest rests (IOC: is cancelled).
* A resting limit order fills at its price when a trade prints through it, up to the trade's size, shared in
  price-time priority; neither a touch nor a quote fills it.
* A stop triggers on trades.
* An order of a contract that only reduces fills as far as there is something to reduce; the rest is
  cancelled.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from decimal import Decimal

from tradebook.kernel.ids import AccountId, InstrumentId, derive_id
from tradebook.kernel.money import ZERO, round_down
from tradebook.market.ports import MarketData
from tradebook.market.values import Level, Trade
from tradebook.matching.stops import StopIndex
from tradebook.trading.commands import OrderReport
from tradebook.trading.conditions import (
    CONDITIONAL_TYPES,
    await_trigger,
    better_anchor,
    end_of,
)
from tradebook.trading.model.contracts import position_key
from tradebook.trading.orders import Liquidity, OrderStatus, OrderType, TimeInForce
from tradebook.trading.ports import VenueOrder
from tradebook.venues.paper import reports
from tradebook.venues.paper.book import RestingOrders
from tradebook.venues.paper.clearing import Positions
from tradebook.venues.paper.displayed import DisplayedMarket
from tradebook.venues.paper.orders import PaperOrder
from tradebook.venues.paper.rules import Match, crosses, fee_within, spend, take, walk
from tradebook.venues.paper.trailing import TrailingSteps

DONE_ORDERS_MAX = 10_000
"""How many finished orders are remembered, so that a repeated submit or a query still finds them."""

Emit = Callable[[OrderReport], None]


class _Pit:
    """What rests in one instrument."""

    def __init__(self) -> None:
        self.limits = RestingOrders()
        self.stops = StopIndex()


class PaperExchange:
    """Every order of the paper venue; what happens to them is told to ``emit`` in order."""

    def __init__(
        self,
        market: MarketData,
        emit: Emit,
        *,
        positions: Positions | None = None,
        run_id: str,
        rests_conditionals: bool,
    ) -> None:
        self._market = DisplayedMarket(market)
        self._emit_report = emit
        self._positions = positions or Positions(dict)
        self._run_id = run_id
        self._rests_conditionals = rests_conditionals
        self._orders: dict[str, PaperOrder] = {}
        self._done: OrderedDict[str, PaperOrder] = OrderedDict()
        self._pits: dict[InstrumentId, _Pit] = {}
        self.trailing = TrailingSteps(emit, self._market.now)

    def find(self, order_id: str) -> PaperOrder | None:
        """The order, open or recently finished."""
        return self._orders.get(order_id) or self._done.get(order_id)

    def waits_for_price(self, request: VenueOrder) -> bool:
        """Whether an order has to wait: it worked before a restart, and there is no price for it yet."""
        is_market = request.terms.type is OrderType.MARKET
        side, instrument_id = request.terms.side, request.instrument.instrument_id
        return request.restored and is_market and not self._market.offered_to(side, instrument_id)

    def is_open(self, order_id: str) -> bool:
        """Whether the order works here now."""
        return order_id in self._orders

    def open_orders(self, account_id: AccountId) -> Sequence[PaperOrder]:
        """What works for the account, oldest first."""
        return [order for order in self._orders.values() if order.request.account_id == account_id]

    # --- requests

    def accept(self, request: VenueOrder) -> None:
        """An order arrives. A restored one has been accepted before and says nothing about it."""
        if self.find(request.order_id) is not None:
            return
        order = PaperOrder(request)
        refusal = self._refusal_of(order)
        if refusal:
            self._refuse(order, refusal)
            return
        self._orders[request.order_id] = order
        order.status = OrderStatus.PARTIALLY_FILLED if order.filled else OrderStatus.ACCEPTED
        if not request.restored:
            self._tell(order, reports.accepted(order, self._market.now()))
        end = end_of(request.terms, self._market.now())
        if end is not None and end <= self._market.now():
            self.expire(request.order_id)
        elif request.terms.type in CONDITIONAL_TYPES:
            self._await_trigger(order)
        else:
            self._work(order)

    def cancel(self, request: VenueOrder) -> None:
        """A cancel request arrives."""
        order = self._orders.get(request.order_id)
        if order is None:
            self._answer(request, reports.not_cancelled(request, self._market.now(), "not_open"))
        else:
            self._cancel(order, "requested")

    def replace(
        self, request: VenueOrder, *, quantity: Decimal, price: Decimal | None, stop_price: Decimal | None
    ) -> None:
        """New terms arrive; ``quantity`` is the new total. More size or another price goes to the back."""
        order = self._orders.get(request.order_id)
        refusal = "not_open" if order is None else self._refusal_to_replace(order, quantity, price)
        if order is None or refusal:
            self._answer(request, reports.not_replaced(request, self._market.now(), refusal))
            return
        keeps_place = quantity <= order.quantity and price in (None, order.price)
        order.quantity, order.remaining = quantity, quantity - order.filled
        order.price = price if price is not None else order.price
        if stop_price is not None:
            order.move_stop(stop_price)
        self._tell(order, reports.replaced(order, self._market.now()))
        pit = self._pit(order)
        if order.order_id in pit.stops:
            if stop_price is not None and order.terms.type is not OrderType.TRAILING_STOP:
                self._await_trigger(order)
        elif not keeps_place:
            pit.limits.discard(order.order_id)
            self._work_limit(order)

    def cancel_all(self, account_id: AccountId, instrument_id: InstrumentId) -> None:
        """Every order of the account in the instrument ends: it is being liquidated."""
        for order in self.open_orders(account_id):
            if order.terms.instrument_id == instrument_id:
                self._cancel(order, "liquidation")

    def expire(self, order_id: str) -> None:
        """The order's time has come; nothing happens when it is no longer open."""
        order = self._orders.get(order_id)
        if order is not None:
            self._finish(order, OrderStatus.EXPIRED)
            self._tell(order, reports.expired(order.request, self._market.now()))

    # --- the market

    def on_trade(self, trade: Trade) -> None:
        """A print: first it fills what rested before it, then it triggers stops."""
        pit = self._pits.get(trade.instrument_id)
        if pit is None:
            return
        size: Decimal | None = None
        for order_id in pit.limits.reached_by(trade.price):
            order = self._orders[order_id]
            if size is None:
                size = round_down(trade.quantity, order.instrument.lot_size)
            given = min(size, order.remaining)
            if not given:
                break
            size -= given
            assert order.price is not None
            self._fill(order, Match(order.price, given), Liquidity.MAKER)
        for triggered in pit.stops.on_trade(trade.price):
            order = self._orders[triggered.key]
            self.trailing.forget(triggered.key)
            self.trailing.tell(order, triggered.anchor)
            now = self._market.now()
            self._tell(order, reports.triggered(order, now, price=trade.price, sequence=trade.sequence))
            self._work(order)

    # --- how orders work

    def _refusal_of(self, order: PaperOrder) -> str:
        terms = order.terms
        if terms.type in CONDITIONAL_TYPES:
            if not self._rests_conditionals:
                return "conditional_orders_do_not_rest_here"
            if terms.type is OrderType.TRAILING_STOP and self._first_anchor(order) is None:
                return "no_price"
        elif terms.type is OrderType.MARKET:
            levels = self._opposite(order)
            if not levels:
                return "no_price"
            if terms.quote_quantity is not None and not self._quantity_for(order, levels):
                return "less_than_one_lot"
        elif terms.post_only and not order.request.restored and self._would_trade(order, order.price):
            return "post_only_would_trade"
        return ""

    def _refusal_to_replace(self, order: PaperOrder, quantity: Decimal, price: Decimal | None) -> str:
        if quantity <= order.filled:
            return "already_filled"
        rests = order.order_id in self._pit(order).limits
        if rests and order.terms.post_only and self._would_trade(order, price):
            return "post_only_would_trade"
        return ""

    def _await_trigger(self, order: PaperOrder) -> None:
        pit, anchor = self._pit(order), self._first_anchor(order)
        await_trigger(pit.stops, order.order_id, order.terms, stop_price=order.stop_price, anchor=anchor)
        if order.terms.type is OrderType.TRAILING_STOP:
            self.trailing.follow(order, pit.stops, anchor)

    def _first_anchor(self, order: PaperOrder) -> Decimal | None:
        last = self._market.last_price(order.instrument.instrument_id)
        return better_anchor(order.terms.side, order.request.anchor, last)

    def _work(self, order: PaperOrder) -> None:
        """Act as what the order is once nothing is left to wait for: with a price a limit, else a market."""
        if order.price is not None:
            self._work_limit(order)
        else:
            self._work_market(order)

    def _work_market(self, order: PaperOrder) -> None:
        levels = self._opposite(order)
        if order.terms.quote_quantity is not None:
            order.quantity = order.remaining = self._quantity_for(order, levels)
        terms, lot = order.terms, order.instrument.lot_size
        protection = order.protection_price
        if protection is None or crosses(terms.side, protection, levels[-1].price):
            matches = walk(levels, order.remaining, lot=lot)
        else:
            matches = take(levels, order.remaining, side=terms.side, limit=protection, lot=lot)
        self._fill_now(order, matches)
        if order.is_open:
            self._cancel(order, "protection_price")

    def _work_limit(self, order: PaperOrder) -> None:
        terms, price = order.terms, order.price
        assert price is not None
        matches: list[Match] = []
        if not terms.post_only and self._would_trade(order, price):
            levels = self._opposite(order)
            lot = order.instrument.lot_size
            matches = take(levels, order.remaining, side=terms.side, limit=price, lot=lot)
        self._fill_now(order, matches)
        if not order.is_open:
            return
        if terms.time_in_force is TimeInForce.IOC:
            self._cancel(order, "immediate_or_cancel")
        else:
            self._pit(order).limits.add(order.order_id, terms.side, price)

    def _fill_now(self, order: PaperOrder, matches: Sequence[Match]) -> None:
        """Take what is displayed; whoever wants all or nothing is killed where that is not all."""
        in_full = sum((match.quantity for match in matches), ZERO) == order.remaining
        if order.terms.time_in_force is TimeInForce.FOK and not in_full:
            self._cancel(order, "fill_or_kill")
            return
        for match in matches:
            self._fill(order, match, Liquidity.TAKER)

    def _opposite(self, order: PaperOrder) -> Sequence[Level]:
        return self._market.offered_to(order.terms.side, order.instrument.instrument_id)

    def _would_trade(self, order: PaperOrder, limit: Decimal | None) -> bool:
        return self._market.would_trade(order.terms.side, order.instrument.instrument_id, limit)

    def _quantity_for(self, order: PaperOrder, levels: Sequence[Level]) -> Decimal:
        """What the order's amount of the quote asset buys or sells."""
        terms, instrument = order.terms, order.instrument
        budget = terms.quote_quantity or ZERO
        rate = fee_within(instrument, terms.side)
        return spend(levels, budget, side=terms.side, fee_rate=rate, lot=instrument.lot_size)

    # --- outcomes

    def _fill(self, order: PaperOrder, wanted: Match, liquidity: Liquidity) -> None:
        match = self._as_allowed(order, wanted)
        if match is None:
            return
        sequence = str(self._market.sequence(order.instrument.instrument_id))
        fill_id = derive_id(self._run_id, order.order_id, sequence, str(order.fill_count))
        order.fill(match.quantity)
        if not order.remaining:
            self._finish(order, OrderStatus.FILLED)
        self._tell(order, reports.filled(order, self._market.now(), match, liquidity, fill_id))
        if match != wanted and order.is_open:
            self._cancel(order, "reduce_only")

    def _as_allowed(self, order: PaperOrder, match: Match) -> Match | None:
        """Cut to what there is to reduce; None for an order that was cancelled because there is nothing."""
        terms, account_id = order.terms, order.request.account_id
        if order.instrument.contract is None or not order.is_open:
            return match if order.is_open else None
        if terms.reduce_only:
            most = self._positions.reducible(account_id, terms)
            if not most:
                self._cancel(order, "reduce_only")
                return None
            match = Match(match.price, min(match.quantity, most))
        key = position_key(terms.instrument_id, terms.position_side)
        self._positions.trade(account_id, key, terms.side, match.quantity)
        return match

    def _refuse(self, order: PaperOrder, reason: str) -> None:
        """A new order is rejected; one that had been accepted before a restart is cancelled."""
        if order.request.restored:
            self._cancel(order, reason)
        else:
            self._finish(order, OrderStatus.REJECTED)
            self._tell(order, reports.rejected(order.request, self._market.now(), reason))

    def _cancel(self, order: PaperOrder, reason: str) -> None:
        self._finish(order, OrderStatus.CANCELLED)
        self._tell(order, reports.cancelled(order.request, self._market.now(), reason))

    def _finish(self, order: PaperOrder, status: OrderStatus) -> None:
        order_id = order.order_id
        order.status = status
        self._orders.pop(order_id, None)
        pit = self._pit(order)
        pit.limits.discard(order_id)
        pit.stops.discard(order_id)
        self.trailing.forget(order_id)
        self._done[order_id] = order
        if len(self._done) > DONE_ORDERS_MAX:
            self._done.popitem(last=False)

    def _tell(self, order: PaperOrder, report: OrderReport) -> None:
        order.reports.append(report)
        self._emit_report(report)

    def _answer(self, request: VenueOrder, report: OrderReport) -> None:
        """Tell about a request for an order that may not be here."""
        order = self.find(request.order_id)
        if order is None:
            self._emit_report(report)
        else:
            self._tell(order, report)

    def _pit(self, order: PaperOrder) -> _Pit:
        instrument_id = order.instrument.instrument_id
        pit = self._pits.get(instrument_id)
        if pit is None:
            pit = self._pits[instrument_id] = _Pit()
        return pit
