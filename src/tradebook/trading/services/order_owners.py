"""Which account an order is of: answered from what is at hand, so that cancelling needs no view."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from tradebook.journal.ports import Journal
from tradebook.kernel.ids import AccountId, OrderId
from tradebook.trading.events import OrderDenied, OrderPlaced
from tradebook.trading.processes.open_orders import OpenOrder
from tradebook.trading.views.queries import TradingQueries

LATELY_MAX = 50_000


class OrderOwners:
    """Asks in turn what costs least: orders lately placed here, open ones, the journal, and last the view."""

    def __init__(
        self, open_orders: Mapping[OrderId, OpenOrder], journal: Journal, queries: TradingQueries
    ) -> None:
        """``open_orders`` are those of all accounts, as folded from the journal."""
        self._open_orders = open_orders
        self._journal = journal
        self._queries = queries
        self._lately: OrderedDict[OrderId, AccountId] = OrderedDict()
        """Orders that the fold of the journal may not have come to yet."""

    def remember(self, order_id: OrderId, account_id: AccountId) -> None:
        """The order was placed just now."""
        self._lately[order_id] = account_id
        if len(self._lately) > LATELY_MAX:
            self._lately.popitem(last=False)

    async def account_of(self, order_id: OrderId) -> AccountId | None:
        """The order's account; None where there is no such order."""
        account_id = self._lately.get(order_id)
        if account_id is not None:
            return account_id
        order = self._open_orders.get(order_id)
        if order is not None:
            return order.account_id
        return await self._recorded(order_id) or await self._shown(order_id)

    async def _recorded(self, order_id: OrderId) -> AccountId | None:
        """Orders are recorded under their own id, except the exits of brackets."""
        appended = await self._journal.find_command(order_id)
        if appended is None:
            return None
        [first] = await self._journal.read(after=appended.first_position - 1, limit=1)
        event = first.event
        if isinstance(event, OrderPlaced | OrderDenied) and event.order_id == order_id:
            return event.account_id
        return None

    async def _shown(self, order_id: OrderId) -> AccountId | None:
        document = await self._queries.find_order(order_id)
        return None if document is None else AccountId(document.account_id)
