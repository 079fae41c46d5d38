"""Views as they stood at an earlier moment: a journal position, or a time with what was known by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradebook.journal.ports import Journal
from tradebook.journal.records import Recorded
from tradebook.kernel.errors import NotFound
from tradebook.kernel.ids import AccountId
from tradebook.trading import model
from tradebook.trading.events import AccountEvent
from tradebook.trading.views.contracts import ContractsProjection, contract_document, open_contract
from tradebook.trading.views.full_account import (
    AccountChangeDocument,
    FullAccountDocument,
    balances_of,
    state_document,
)
from tradebook.trading.views.ledger import BalanceDocument
from tradebook.trading.views.moments import Moment, Moments
from tradebook.trading.views.order_document import OrderDocument
from tradebook.trading.views.orders import OrdersProjection
from tradebook.trading.views.pages import Page, PageRequest
from tradebook.trading.views.past import PastAccounts
from tradebook.trading.views.past_orders import PastOrders
from tradebook.trading.views.positions import (
    Position,
    PositionDocument,
    PositionsProjection,
    position_document,
)
from tradebook.trading.views.progress import Progress
from tradebook.trading.views.queries import OrderFilter

if TYPE_CHECKING:
    from asyncpg import Pool

SELECT_POSITIONS = """
select p.instrument, h.quantity, h.cost, h.realised
from trading.positions p
cross join lateral (
    select * from trading.position_history h
    where h.account_id = p.account_id and h.instrument = p.instrument and h.position <= $2
    order by h.position desc limit 1
) h
where p.account_id = $1 order by p.instrument
"""


SELECT_CONTRACTS = """
select distinct on (instrument, position_side)
    instrument, position_side, settle_asset, quantity, cost, average_price, margin, realised
from trading.contract_position_history
where account_id = $1 and position <= $2
order by instrument, position_side, position desc
"""


class TradingHistory:
    """Reads the past of one account. Access is checked by the caller.

    Everything raises InvalidInput for a position that the journal has not come to, and Unavailable where a
    view that is needed is not there yet.
    """

    def __init__(self, pool: Pool, journal: Journal, progress: Progress) -> None:
        self._pool = pool
        self._journal = journal
        self._progress = progress
        self._moments = Moments(pool)
        self._past = PastAccounts(journal)
        self._past_orders = PastOrders(pool, journal, self._past)

    async def position(self, moment: Moment, view: str) -> int:
        """The newest position that is part of the moment; the view has come to it."""
        position = await self._moments.position(moment)
        await self._progress.wait_for(position, [view], field="as_of")
        return position

    async def balances(self, account_id: AccountId, moment: Moment) -> Page[BalanceDocument]:
        """Everything that the account had by then."""
        position = await self._moments.position(moment)
        return Page(items=balances_of(await self._past.at(account_id, position)))

    async def positions(self, account_id: AccountId, moment: Moment) -> Page[PositionDocument]:
        """Every instrument that the account had a fill in by then."""
        return Page(items=await self._positions(account_id, await self._moments.position(moment)))

    async def state(self, account_id: AccountId, moment: Moment | None) -> FullAccountDocument:
        """The whole account then, or now. Raises NotFound where it was not open yet."""
        position = (
            (await self._journal.head()).position if moment is None else await self._moments.position(moment)
        )
        account = await self._past.at(account_id, position)
        if not account.account_id:
            raise NotFound("account at that moment", account_id)
        return state_document(account, position, await self._positions(account_id, position))

    async def change(self, recorded: Recorded, event: AccountEvent) -> AccountChangeDocument:
        """The event's account right before and right after it."""
        account_id, position = event.account_id, recorded.position
        account = await self._past.at(account_id, position - 1)
        before = (
            state_document(account, position - 1, await self._positions(account_id, position - 1))
            if account.account_id
            else None
        )
        account = model.evolve(account, event)
        return AccountChangeDocument(
            position=str(position),
            stream=recorded.stream,
            type=recorded.type,
            before=before,
            after=state_document(account, position, await self._positions(account_id, position)),
        )

    async def _positions(self, account_id: AccountId, position: int) -> list[PositionDocument]:
        views = [PositionsProjection.name, ContractsProjection.name]
        await self._progress.wait_for(position, views, field="as_of")
        rows = await self._pool.fetch(SELECT_POSITIONS, account_id, position)
        contracts = await self._pool.fetch(SELECT_CONTRACTS, account_id, position)
        owned = [
            position_document(
                account_id, instrument, Position(quantity=quantity, cost=cost, realised=realised)
            )
            for instrument, quantity, cost, realised in rows
        ]
        return [*owned, *(contract_document(account_id, open_contract(row)) for row in contracts)]

    async def orders(
        self, account_id: AccountId, moment: Moment, wanted: OrderFilter, page: PageRequest
    ) -> Page[OrderDocument]:
        """Orders of the account as they stood then, the newest first; see ``PastOrders.page``."""
        position = await self.position(moment, OrdersProjection.name)
        return await self._past_orders.page(account_id, position, wanted, page)
