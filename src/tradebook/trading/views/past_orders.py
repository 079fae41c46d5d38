"""Orders as they stood: those that have not changed since from the view, the others from the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tradebook.journal.ports import Journal
from tradebook.kernel.ids import AccountId, OrderId
from tradebook.trading.events import AccountEvent, stream_of
from tradebook.trading.model import Account
from tradebook.trading.orders import OrderStatus, Side
from tradebook.trading.views.order_document import OrderBook, OrderDocument, document_of
from tradebook.trading.views.pages import Page, PageRequest, TimeKey, page_of
from tradebook.trading.views.past import PastAccounts
from tradebook.trading.views.queries import FOREVER, NEVER, OrderFilter

if TYPE_CHECKING:
    from asyncpg import Pool, Record

# As the list of orders now, cut to those placed by then.
SELECT_ORDERS = """
select o.order_id, o.document, o.created_at, o.placed_position, o.last_position
from unnest($2::text[]) of_status(status) cross join unnest($3::text[]) on_side(side)
cross join lateral (
    select * from trading.orders o
    where o.account_id = $1 and o.status = of_status.status and o.side = on_side.side
      and o.placed_position <= $4 and ($5::text is null or o.instrument = $5)
      and (o.created_at, o.placed_position) < ($6, $7) and o.created_at >= $8
    order by o.created_at desc, o.placed_position desc limit $9
) o
order by o.created_at desc, o.placed_position desc limit $9
"""
_EVERY_STATUS = sorted(OrderStatus)
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
        """Orders by time of placement, the newest first.

        Statuses are those of then. They are looked at after the page was cut, so that a page may have fewer
        orders than asked for, or none, while there is a next one.
        """
        until = TimeKey(at=wanted.until or FOREVER, position=0)
        key = min(until, page.after(TimeKey, first=until), key=lambda key: (key.at, key.position))
        sides = [wanted.side] if wanted.side else list(Side)
        rows = await self._pool.fetch(
            SELECT_ORDERS,
            *(account_id, _EVERY_STATUS, sides, position, wanted.instrument),
            *(key.at, key.position, wanted.since or NEVER, page.limit),
        )
        orders = await self._as_of(account_id, position, rows)
        last = rows and TimeKey(at=rows[-1]["created_at"], position=rows[-1]["placed_position"])
        whole = page_of(orders, page.limit, last)
        items = [order for order in whole.items if order.status in wanted.statuses]
        return Page(items=items, next_cursor=whole.next_cursor)

    async def _as_of(self, account_id: AccountId, position: int, rows: list[Record]) -> list[OrderDocument]:
        if all(row["last_position"] <= position for row in rows):
            return [_decode(row["document"]) for row in rows]
        account = await self._past.at(account_id, position)
        orders = [
            _decode(row["document"])
            if row["last_position"] <= position
            else _remembered(account, OrderId(row["order_id"]))
            for row in rows
        ]
        known = [order for order in orders if order is not None]
        return known if len(known) == len(orders) else await self._folded(account_id, position, rows)

    async def _folded(self, account_id: AccountId, position: int, rows: list[Record]) -> list[OrderDocument]:
        """From all events: one of them was closed long before, and something came late."""
        book = OrderBook()
        async for page in self._journal.read_stream(stream_of(account_id), until_position=position):
            for recorded in page:
                if isinstance(recorded.event, AccountEvent):
                    book.fold(recorded.event)
        return [book[OrderId(row["order_id"])] for row in rows]


def _remembered(account: Account, order_id: OrderId) -> OrderDocument | None:
    order = account.find(order_id)
    return None if order is None else document_of(account, order)
