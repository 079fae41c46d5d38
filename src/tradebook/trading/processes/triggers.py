"""Triggers: watches the market for conditional orders that rest with us, and the clock for timed ones.

Trailing anchors are exact in memory and journaled in steps; just before a trigger the exact one is journaled,
so that the books show why. After a restart watching begins at the journaled anchor with the next trade:
prices missed while down are not invented.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import AccountId, InstrumentId, OrderId
from tradebook.market.ports import MarketData
from tradebook.market.values import MarketEvent, Trade
from tradebook.matching.deadlines import Deadlines
from tradebook.matching.stops import StopIndex
from tradebook.trading.commands import ExpireOrder, MoveTrailingStop, TriggerOrder
from tradebook.trading.conditions import await_trigger, better_anchor, has_come, is_a_step
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.orders import OrderStatus, OrderType, TimeInForce
from tradebook.trading.processes.follower import Change
from tradebook.trading.processes.open_orders import OpenOrder, OpenOrders
from tradebook.trading.processes.recorder import CommandHandler, Recorder

ROUND_S = 1
"""Time between two looks at the clock, and of the clock's or the market's time between two steps of a
trailing stop."""
_YIELD_EVERY = 500


class Triggers:
    """The parked orders of all accounts. A trade costs what it triggers, not what waits."""

    def __init__(
        self,
        *,
        orders: OpenOrders,
        writer: CommandHandler,
        market: MarketData,
        clock: Clock,
        venue_expires: Callable[[AccountId], frozenset[TimeInForce]],
    ) -> None:
        """``venue_expires`` tells which times in force end at the venue of an account by themselves."""
        self._orders = orders
        self._market = market
        self._clock = clock
        self._venue_expires = venue_expires
        self._recorder = Recorder(writer, actor="system:triggers", clock=clock)
        self._stops: dict[InstrumentId, StopIndex] = {}
        self._trailing: dict[OrderId, None] = {}  # in order, so that every run is the same
        self._steps_due: datetime | None = None
        self._ends = Deadlines()

    async def run(self) -> None:
        """Watch without end."""
        unsubscribe = self._market.subscribe(self._on_market)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._recorder.run())
                tasks.create_task(self._rounds())
        finally:
            unsubscribe()

    @property
    def is_quiet(self) -> bool:
        """Whether everything that was triggered, moved or ended is recorded."""
        return not self._recorder.waiting

    async def recover(self) -> None:
        """Wait for what is parked, from the state that the journal has."""
        for order in self._orders.values():
            self._watch_end(order)
            if order.status is OrderStatus.PARKED:
                self._park(order, order.anchor)

    async def react(self, changes: Sequence[Change]) -> None:
        """Park what came or changed, forget what went."""
        for change in changes:
            order = change.order
            self._watch_end(order)
            stops = self._stops_of(order)
            if order.status is not OrderStatus.PARKED:
                stops.discard(order.order_id)
                self._trailing.pop(order.order_id, None)
            elif order.order_id not in stops or order.terms.type is not OrderType.TRAILING_STOP:
                self._park_live(order)

    # --- parking

    def _park(self, order: OpenOrder, anchor: Decimal | None) -> None:
        await_trigger(
            self._stops_of(order), order.order_id, order.terms, stop_price=order.stop_price, anchor=anchor
        )
        if order.terms.type is OrderType.TRAILING_STOP:
            self._trailing[order.order_id] = None

    def _park_live(self, order: OpenOrder) -> None:
        """Park an order that came while the market went on: the last trade may be newer than the order."""
        last = self._market.last_trade(order.terms.instrument_id)
        if last is None or last.at <= order.placed_at:
            self._park(order, order.anchor)
            return
        self._park(order, better_anchor(order.terms.side, order.anchor, last.price))
        if order.stop_price is not None and has_come(order.terms, order.stop_price, last.price):
            self._stops_of(order).discard(order.order_id)
            self._trigger(order, last)

    def _watch_end(self, order: OpenOrder) -> None:
        end = order.end
        if end is None:
            return
        is_ours = order.status in (OrderStatus.PARKED, OrderStatus.PENDING)
        if order.status in TERMINAL or not (
            is_ours or order.terms.time_in_force not in self._venue_expires(order.account_id)
        ):
            self._ends.discard(order.order_id)
        else:
            self._ends.set(order.order_id, end)

    def _stops_of(self, order: OpenOrder) -> StopIndex:
        instrument_id = order.terms.instrument_id
        stops = self._stops.get(instrument_id)
        if stops is None:
            stops = self._stops[instrument_id] = StopIndex()
        return stops

    # --- the market and the clock

    def _on_market(self, event: MarketEvent) -> None:
        if isinstance(event, Trade) and (stops := self._stops.get(event.instrument_id)) is not None:
            for triggered in stops.on_trade(event.price):
                order = self._orders.get(OrderId(triggered.key))
                if order is not None:
                    self._move(order, triggered.anchor)
                    self._trigger(order, event)
            now = self._market.now()
            if self._trailing and (self._steps_due is None or now >= self._steps_due):
                self._steps_due = now + timedelta(seconds=ROUND_S)
                for order_id in self._trailing:
                    self._move_watched(order_id)
        self._expire()

    def _trigger(self, order: OpenOrder, trade: Trade) -> None:
        self._trailing.pop(order.order_id, None)
        self._recorder.take(
            TriggerOrder(
                account_id=order.account_id,
                at=self._market.now(),
                order_id=order.order_id,
                trigger_price=trade.price,
                market_sequence=trade.sequence,
            )
        )

    def _expire(self) -> None:
        for key in self._ends.pop_due(self._market.now()):
            order = self._orders.get(OrderId(key))
            if order is not None:
                self._recorder.take(
                    ExpireOrder(account_id=order.account_id, at=self._market.now(), order_id=order.order_id)
                )

    async def _rounds(self) -> None:
        while True:
            await self._clock.sleep(ROUND_S)
            self._expire()
            for number, order_id in enumerate(list(self._trailing)):
                self._move_watched(order_id)
                if number % _YIELD_EVERY == _YIELD_EVERY - 1:
                    await asyncio.sleep(0)

    def _move_watched(self, order_id: OrderId) -> None:
        order = self._orders.get(order_id)
        if order is not None:
            self._move(order, self._stops_of(order).anchor(order_id))

    def _move(self, order: OpenOrder, anchor: Decimal | None) -> None:
        """Journal an anchor that is a step better than the last one."""
        if anchor is None or order.anchor is None or order.stop_price is None:
            return
        if is_a_step(order.terms.side, anchor, anchor=order.anchor, stop_price=order.stop_price):
            self._recorder.take(
                MoveTrailingStop(
                    account_id=order.account_id,
                    at=self._market.now(),
                    order_id=order.order_id,
                    anchor=anchor,
                )
            )
