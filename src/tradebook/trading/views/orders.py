"""The view of orders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from tradebook.infra.arrays import numbers, texts, times
from tradebook.journal.projections import ViewChange
from tradebook.journal.records import Recorded
from tradebook.kernel.messages import Event
from tradebook.trading import events
from tradebook.trading.events import OrderDenied, OrderEvent, OrderPlaced
from tradebook.trading.views.cache import RowCache
from tradebook.trading.views.order_document import OrderDocument, begin, evolve

if TYPE_CHECKING:
    from asyncpg import Connection, Record

SELECT_ORDERS = "select order_id, document from trading.orders where order_id = any($1::text[])"

INSERT_ORDERS = """
insert into trading.orders (order_id, account_id, instrument, side, status, quantity, filled_quantity,
                            filled_value, created_at, placed_position, document, last_position)
select * from unnest($1::text::text[], $2::text::text[], $3::text::text[], $4::text::text[], $5::text::text[],
                     $6::text::numeric[], $7::text::numeric[], $8::text::numeric[],
                     $9::text::timestamptz[], $10::text::bigint[], $11::text[], $12::text::bigint[])
"""

UPDATE_ORDERS = """
update trading.orders o
set status = c.status, quantity = c.quantity, filled_quantity = c.filled_quantity,
    filled_value = c.filled_value, document = c.document, last_position = c.last_position
from unnest($1::text::text[], $2::text::text[], $3::text::numeric[], $4::text::numeric[],
            $5::text::numeric[], $6::text[], $7::text::bigint[])
     as c(order_id, status, quantity, filled_quantity, filled_value, document, last_position)
where o.order_id = c.order_id
"""

_decoder = msgspec.json.Decoder(OrderDocument)
_encoder = msgspec.json.Encoder()


def _read(records: Iterable[Record]) -> dict[str, OrderDocument]:
    return {order_id: _decoder.decode(document) for order_id, document in records}


class _Changed(msgspec.Struct, gc=False):
    last_position: int
    placed_position: int | None
    """Set when the order was placed within this batch."""
    text: bytes = b""


class OrdersProjection:
    """Writes ``trading.orders``: one insert and one update a batch, each order at most once."""

    name = "trading.orders"
    version = 1
    tables = ("trading.orders",)
    handles: frozenset[type[Event]] = frozenset(
        schema.kind
        for schema in events.SCHEMAS
        if issubclass(schema.kind, OrderEvent | OrderPlaced | OrderDenied)
    )

    def __init__(self) -> None:
        self._cache: RowCache[OrderDocument] = RowCache(SELECT_ORDERS, _read)

    def forget(self) -> None:
        """See Projection."""
        self._cache.clear()

    async def project(self, connection: Connection, batch: Sequence[Recorded]) -> Sequence[ViewChange]:
        """See Projection."""
        known = {recorded.event.order_id for recorded in batch if isinstance(recorded.event, OrderEvent)}
        begun = {
            recorded.event.order_id
            for recorded in batch
            if isinstance(recorded.event, OrderPlaced | OrderDenied)
        }
        await self._cache.ensure(connection, known - begun)
        changed = self._fold(batch)
        for order_id, change in changed.items():
            change.text = _encoder.encode(self._cache.rows[order_id])
        await self._insert(connection, [item for item in changed.items() if item[1].placed_position])
        await self._update(connection, [item for item in changed.items() if not item[1].placed_position])
        return [
            ViewChange(
                channel="orders",
                account_id=self._cache.rows[order_id].account_id,
                position=change.last_position,
                document=msgspec.Raw(change.text),
            )
            for order_id, change in changed.items()
        ]

    def _fold(self, batch: Sequence[Recorded]) -> dict[str, _Changed]:
        rows = self._cache.rows
        changed: dict[str, _Changed] = {}
        for recorded in batch:
            event, position = recorded.event, recorded.position
            if isinstance(event, OrderPlaced | OrderDenied):
                rows[event.order_id] = begin(event)
                changed[event.order_id] = _Changed(position, position)
            elif isinstance(event, OrderEvent):
                rows[event.order_id] = evolve(rows[event.order_id], event)
                changed.setdefault(event.order_id, _Changed(position, None)).last_position = position
        return changed

    async def _insert(self, connection: Connection, items: Sequence[tuple[str, _Changed]]) -> None:
        if not items:
            return
        rows = [self._cache.rows[order_id] for order_id, _ in items]
        await connection.execute(
            INSERT_ORDERS,
            texts([order_id for order_id, _ in items]),
            texts([row.account_id for row in rows]),
            texts([row.instrument for row in rows]),
            texts([row.side for row in rows]),
            texts([row.status for row in rows]),
            texts([row.quantity or "0" for row in rows]),
            texts([row.filled_quantity for row in rows]),
            texts([row.filled_value for row in rows]),
            times([row.created_at for row in rows]),
            numbers([change.placed_position or 0 for _, change in items]),
            [change.text.decode() for _, change in items],
            numbers([change.last_position for _, change in items]),
        )

    async def _update(self, connection: Connection, items: Sequence[tuple[str, _Changed]]) -> None:
        if not items:
            return
        rows = [self._cache.rows[order_id] for order_id, _ in items]
        await connection.execute(
            UPDATE_ORDERS,
            texts([order_id for order_id, _ in items]),
            texts([row.status for row in rows]),
            texts([row.quantity or "0" for row in rows]),
            texts([row.filled_quantity for row in rows]),
            texts([row.filled_value for row in rows]),
            [change.text.decode() for _, change in items],
            numbers([change.last_position for _, change in items]),
        )
