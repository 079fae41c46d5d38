"""Views as they stood at an earlier moment: a journal position, or a time with what was known by then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from tradebook.journal.ports import Journal
from tradebook.journal.records import Recorded
from tradebook.kernel.ids import AccountId
from tradebook.kernel.money import ZERO
from tradebook.trading.events import AccountEvent, OrderFilled, stream_of
from tradebook.trading.views.ledger import BalanceDocument, LedgerProjection, balance_document
from tradebook.trading.views.moments import Moment, Moments
from tradebook.trading.views.order_document import OrderBook, OrderDocument
from tradebook.trading.views.pages import Page
from tradebook.trading.views.positions import Position, PositionDocument, fold_fill, position_document
from tradebook.trading.views.progress import Progress

if TYPE_CHECKING:
    from asyncpg import Pool

SUM_BALANCES = """
select asset, sum(amount) filter (where ledger_account = 'available'),
       sum(amount) filter (where ledger_account = 'held')
from trading.ledger_postings
where account_id = $1 and position <= $2 and ledger_account in ('available', 'held')
group by asset order by asset
"""


class TradingHistory:
    """Reads the past of one account. Access is checked by the caller."""

    def __init__(self, pool: Pool, journal: Journal, progress: Progress) -> None:
        self._pool = pool
        self._journal = journal
        self._progress = progress
        self._moments = Moments(pool)

    async def balances(self, account_id: AccountId, moment: Moment) -> Page[BalanceDocument]:
        """Sums of the postings up to then. Raises Unavailable where the ledger's view is not there yet."""
        position = await self._moments.position(moment)
        await self._progress.wait_for(position, [LedgerProjection.name], field="as_of")
        rows = await self._pool.fetch(SUM_BALANCES, account_id, position)
        return Page(
            items=[
                balance_document(account_id, asset, available=available or ZERO, held=held or ZERO)
                for asset, available, held in rows
            ]
        )

    async def positions(self, account_id: AccountId, moment: Moment) -> Page[PositionDocument]:
        """Folded from the account's fills up to then."""
        book: dict[str, Position] = {}
        async for recorded in self.until(account_id, moment):
            if isinstance(recorded.event, OrderFilled):
                fold_fill(book, recorded.event)
        return Page(
            items=[position_document(account_id, instrument, book[instrument]) for instrument in sorted(book)]
        )

    async def orders(self, account_id: AccountId, moment: Moment) -> list[OrderDocument]:
        """Every order of the account as it stood then, the newest first."""
        book = OrderBook()
        async for recorded in self.until(account_id, moment):
            if isinstance(recorded.event, AccountEvent):
                book.fold(recorded.event)
        return list(reversed(book.values()))

    async def everything(self, account_id: AccountId) -> AsyncIterator[Recorded]:
        """All that was recorded of the account, in order."""
        async for page in self._journal.read_stream(stream_of(account_id)):
            for recorded in page:
                yield recorded

    async def until(self, account_id: AccountId, moment: Moment) -> AsyncIterator[Recorded]:
        """Everything that was recorded of the account up to then, in order."""
        position = await self._moments.position(moment)
        async for recorded in self.everything(account_id):
            if recorded.position > position:
                return
            yield recorded
