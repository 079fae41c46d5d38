"""Orders of one OCO group at a venue that sets funds aside for each order by itself.

There they cannot work side by side, so conditional ones wait with us. One that is triggered is sent only once
its siblings are out of the venue's book: it would be refused for the funds that they lock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tradebook.kernel.ids import OrderId
from tradebook.market.ports import MarketData
from tradebook.trading.commands import CancelOrder
from tradebook.trading.lifecycle import AT_VENUE
from tradebook.trading.orders import OrderStatus
from tradebook.trading.ports import Capabilities
from tradebook.trading.processes.open_orders import OpenOrder
from tradebook.trading.processes.recorder import Recorder


class MakingRoom:
    """At one venue."""

    def __init__(
        self,
        orders: Mapping[OrderId, OpenOrder],
        capabilities: Capabilities,
        market: MarketData,
        *,
        wishes: Recorder,
    ) -> None:
        self._orders = orders
        self._capabilities = capabilities
        self._market = market
        self._wishes = wishes
        self._waiting: dict[OrderId, None] = {}

    def must_wait(self, order: OpenOrder) -> bool:
        """Whether siblings of the order have to go first. They are asked to."""
        if not (order.is_triggered and order.terms.oco_group and self._locks_each(order)):
            return False
        siblings = [each for each in self._orders.values() if _are_siblings(each, order)]
        in_the_way = [each for each in siblings if each.status in AT_VENUE]
        for each in in_the_way:
            if each.status is not OrderStatus.PENDING_CANCEL:
                self._wishes.take(
                    CancelOrder(
                        account_id=each.account_id,
                        at=self._market.now(),
                        order_id=each.order_id,
                        reason="oco",
                    )
                )
        if in_the_way:
            self._waiting[order.order_id] = None
        return bool(in_the_way)

    def _locks_each(self, order: OpenOrder) -> bool:
        instrument = self._market.instrument(order.terms.instrument_id)
        holds = self._capabilities if instrument is None else self._capabilities.of(instrument)
        return holds.locks_each

    def made_by(self, gone: OpenOrder) -> Sequence[OrderId]:
        """Orders that waited for one that is over, or that the venue will not cancel: it says the rest."""
        if not gone.terms.oco_group:
            return ()
        freed = [
            order_id
            for order_id in self._waiting
            if (order := self._orders.get(order_id)) is None or _are_siblings(order, gone)
        ]
        for order_id in freed:
            del self._waiting[order_id]
        return [order_id for order_id in freed if order_id in self._orders]


def _are_siblings(one: OpenOrder, other: OpenOrder) -> bool:
    return (
        one.account_id == other.account_id
        and one.terms.oco_group == other.terms.oco_group
        and one.order_id != other.order_id
    )
