"""Orders as they stood: those that have not changed since from the view, the others from the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tradebook.journal.ports import Journal
from tradebook.kernel.ids import AccountId, OrderId
from tradebook.trading.events import OrderDenied, OrderEvent, OrderPlaced
from tradebook.trading.model import Account
from tradebook.trading.orders import OrderStatus, Side
from tradebook.trading.views.order_document import OrderBook, OrderDocument, document_of
from tradebook.trading.views.pages import Page, PageRequest, TimeKey, page_of
from tradebook.trading.views.past import PastAccounts
from tradebook.trading.views.queries import FOREVER, NEVER, OrderFilter

if TYPE_CHECKING:
    from asyncpg import Pool, Record

# As the list of orders now, cut to those placed by then. The status that is wanted is one of then: an order
# that has changed since may have had it whatever it is now, and is a candidate that its account decides on.
SELECT_ORDERS = """
select o.order_id, o.document, o.created_at, o.placed_position, o.last_position
from unnest($2::text[]) of_status(status) cross join unnest($3::text[]) on_side(side)
cross join lateral (
    select * from trading.orders o
    where o.account_id = $1 and o.status = of_status.status and o.side = on_side.side
      and (of_status.status = any($10::text[]) or o.last_position > $4)
      and o.placed_position <= $4 and ($5::text is null or o.instrument = $5)
      and (o.created_at, o.placed_position) < ($6, $7) and o.created_at >= $8
    order by o.created_at desc, o.placed_position desc limit $9
) o
order by o.created_at desc, o.placed_position desc limit $9
"""
_EVERY_STATUS = sorted(OrderStatus)
_CANDIDATES_MIN = 200
"""Read at once, so that a page is found in few rounds however many candidates had another status."""
_decode = msgspec.json.Decoder(OrderDocument).decode


class PastOrders:
    """Reads an account's orders as of a position. Access is checked by the caller."""

    def __init__(self, pool: Pool, journal: Journal, past: PastAccounts) -> None:
        self._pool = pool
        self._journal = journal
        self._past = past

    async def page(
        self, account_id: AccountId, position: int, wanted: OrderFilter, page: PageRequest
    ) -> Page[OrderDocument]:
        """Orders by time of placement, the newest first, by the statuses that they had then.

        A page has as many as asked for unless it is the last.
        """
        until = TimeKey(at=wanted.until or FOREVER, position=0)
        key = min(until, page.after(TimeKey, first=until), key=lambda key: (key.at, key.position))
        then = _Then(self._journal, self._past, account_id, position)
        count = max(page.limit, _CANDIDATES_MIN)
        items: list[OrderDocument] = []
        while True:
            rows = await self._candidates(account_id, position, wanted, key, count)
            for row, order in zip(rows, await then.orders(rows), strict=True):
                key = TimeKey(at=row["created_at"], position=row["placed_position"])
                if order.status in wanted.statuses:
                    items.append(order)
                if len(items) == page.limit:
                    return page_of(items, page.limit, key)
            if len(rows) < count:
                return Page(items=items)

    async def _candidates(
        self, account_id: AccountId, position: int, wanted: OrderFilter, key: TimeKey, count: int
    ) -> list[Record]:
        """The next orders behind the key that had a wanted status then, or may have had one."""
        sides = [wanted.side] if wanted.side else list(Side)
        rows: list[Record] = await self._pool.fetch(
            SELECT_ORDERS,
            *(account_id, _EVERY_STATUS, sides, position, wanted.instrument),
            *(key.at, key.position, wanted.since or NEVER, count, sorted(wanted.statuses)),
        )
        return rows


class _Then:
    """The orders of an account at a position; the account is folded once, and only when it is asked."""

    def __init__(self, journal: Journal, past: PastAccounts, account_id: AccountId, position: int) -> None:
        self._journal = journal
        self._past = past
        self._account_id = account_id
        self._position = position
        self._account: Account | None = None

    async def orders(self, rows: list[Record]) -> list[OrderDocument]:
        """Each row's order as it stood: as it is where nothing came since, else from the account."""
        changed = [row for row in rows if row["last_position"] > self._position]
        past = await self._of_past(changed) if changed else {}
        return [past.get(row["order_id"]) or _decode(row["document"]) for row in rows]

    async def _of_past(self, rows: list[Record]) -> dict[OrderId, OrderDocument]:
        if self._account is None:
            self._account = await self._past.at(self._account_id, self._position)
        past: dict[OrderId, OrderDocument] = {}
        forgotten = []
        for row in rows:
            order = _remembered(self._account, row["order_id"])
            if order is None:
                forgotten.append(row)
            else:
                past[row["order_id"]] = order
        return past | await self._folded(forgotten) if forgotten else past

    async def _folded(self, rows: list[Record]) -> OrderBook:
        """From their events: they were closed long before, and something came late."""
        book, wanted = OrderBook(), {row["order_id"] for row in rows}
        first = min(row["placed_position"] for row in rows)
        (placed,) = await self._journal.read(after=first - 1, limit=1)
        async for page in self._journal.read_stream(
            placed.stream, after_version=placed.version - 1, until_position=self._position
        ):
            for recorded in page:
                event = recorded.event
                if isinstance(event, OrderPlaced | OrderDenied | OrderEvent) and event.order_id in wanted:
                    book.fold(event)
        return book


def _remembered(account: Account, order_id: OrderId) -> OrderDocument | None:
    order = account.find(order_id)
    return None if order is None else document_of(account, order)
