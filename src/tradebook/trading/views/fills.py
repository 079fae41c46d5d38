"""The view of fills: one row for every execution that a venue reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tradebook.infra.arrays import numbers, texts, times
from tradebook.journal.projections import ViewChange
from tradebook.journal.records import Recorded
from tradebook.kernel.messages import Event
from tradebook.kernel.money import plain
from tradebook.trading.events import OrderFilled, UnmatchedFillRecorded
from tradebook.trading.orders import Liquidity, Side

if TYPE_CHECKING:
    from asyncpg import Connection

INSERT_FILLS = """
insert into trading.fills (position, recorded_at, account_id, order_id, fill_id, instrument, side,
                           quantity, price, fee, fee_asset, liquidity, at)
select * from unnest($1::text::bigint[], $2::text::timestamptz[], $3::text::text[], $4::text::text[],
                     $5::text::text[], $6::text::text[], $7::text::text[], $8::text::numeric[],
                     $9::text::numeric[], $10::text::numeric[], $11::text::text[], $12::text::text[],
                     $13::text::timestamptz[])
"""

Fill = OrderFilled | UnmatchedFillRecorded


class FillDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A fill on the wire. Without ``order_id`` it belongs to an order that is not ours."""

    position: str
    """Of the fill's event in the journal."""
    account_id: str
    order_id: str | None
    fill_id: str
    instrument: str
    side: Side
    quantity: str
    price: str
    fee: str
    fee_asset: str
    liquidity: Liquidity | None
    at: datetime


def fill_document(position: int, fill: Fill) -> FillDocument:
    """The fill in its wire form."""
    ours = fill if isinstance(fill, OrderFilled) else None
    return FillDocument(
        position=str(position),
        account_id=fill.account_id,
        order_id=None if ours is None else ours.order_id,
        fill_id=fill.fill_id,
        instrument=fill.instrument_id,
        side=fill.side,
        quantity=plain(fill.quantity),
        price=plain(fill.price),
        fee=plain(fill.fee),
        fee_asset=fill.fee_asset,
        liquidity=None if ours is None else ours.liquidity,
        at=fill.at,
    )


class FillsProjection:
    """Writes ``trading.fills``."""

    name = "trading.fills"
    version = 1
    tables = ("trading.fills",)
    handles: frozenset[type[Event]] = frozenset({OrderFilled, UnmatchedFillRecorded})

    def forget(self) -> None:
        """Nothing is cached."""

    async def project(self, connection: Connection, batch: Sequence[Recorded]) -> Sequence[ViewChange]:
        """See Projection."""
        fills = [
            (recorded, recorded.event)
            for recorded in batch
            if isinstance(recorded.event, OrderFilled | UnmatchedFillRecorded)
        ]
        if not fills:
            return []
        documents = [fill_document(recorded.position, fill) for recorded, fill in fills]
        await connection.execute(
            INSERT_FILLS,
            numbers([recorded.position for recorded, _ in fills]),
            times([recorded.recorded_at for recorded, _ in fills]),
            texts([document.account_id for document in documents]),
            texts([document.order_id for document in documents]),
            texts([document.fill_id for document in documents]),
            texts([document.instrument for document in documents]),
            texts([document.side for document in documents]),
            numbers([fill.quantity for _, fill in fills]),
            numbers([fill.price for _, fill in fills]),
            numbers([fill.fee for _, fill in fills]),
            texts([document.fee_asset for document in documents]),
            texts([document.liquidity for document in documents]),
            times([document.at for document in documents]),
        )
        return [
            ViewChange(
                channel="fills",
                account_id=document.account_id,
                position=recorded.position,
                document=msgspec.Raw(msgspec.json.encode(document)),
            )
            for (recorded, _), document in zip(fills, documents, strict=True)
        ]
