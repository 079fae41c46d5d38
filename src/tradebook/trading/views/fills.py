"""The view of fills: one row for every execution that a venue reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from tradebook.infra.arrays import numbers, texts, times
from tradebook.journal.projections import ViewChange
from tradebook.journal.records import Recorded
from tradebook.kernel.messages import Event
from tradebook.kernel.money import plain
from tradebook.trading.events import (
    OrderFilled,
    PositionClosedByVenue,
    UnmatchedFillAdopted,
    UnmatchedFillRecorded,
)
from tradebook.trading.orders import Liquidity, PositionSide, Side

if TYPE_CHECKING:
    from asyncpg import Connection, Record

INSERT_FILLS = """
insert into trading.fills (position, recorded_at, account_id, order_id, fill_id, instrument, side,
                           quantity, price, fee, fee_asset, liquidity, at, adopts, position_side,
                           settle_asset, realised, closed_by_venue)
select * from unnest($1::text::bigint[], $2::text::timestamptz[], $3::text::text[], $4::text::text[],
                     $5::text::text[], $6::text::text[], $7::text::text[], $8::text::numeric[],
                     $9::text::numeric[], $10::text::numeric[], $11::text::text[], $12::text::text[],
                     $13::text::timestamptz[], $14::text::text[]::bigint[], $15::text::text[],
                     $16::text::text[], $17::text::text[]::numeric[], $18::text::text[])
"""

# What it became is shown from then on; it stays as what was known before.
ADOPT_FILL = """
update trading.fills set adopted_position = $4
where account_id = $1 and fill_id = $2 and instrument = $3 and order_id is null and adopts is null
returning position
"""

Fill = OrderFilled | PositionClosedByVenue | UnmatchedFillRecorded | UnmatchedFillAdopted


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
    adopts: str | None
    """Where the fill was first recorded, where it fitted no order and a person adopted it."""
    position_side: PositionSide
    settle_asset: str | None
    """Of a contract: what it is settled in."""
    realised_pnl: str | None
    """Of a contract: what it gained by what it closed, before fees."""
    closed_by_venue: str | None
    """Why the venue traded by itself: ``liquidation``, ``deleveraging`` or ``settlement``; null for a fill of
    an order."""


def fill_document(position: int, fill: Fill, *, adopts: int | None = None) -> FillDocument:
    """The fill in its wire form."""
    ours = fill if isinstance(fill, OrderFilled) else None
    settled = None if isinstance(fill, UnmatchedFillRecorded) else fill.settled
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
        at=fill.filled_at if isinstance(fill, UnmatchedFillAdopted) else fill.at,
        adopts=None if adopts is None else str(adopts),
        position_side=fill.position_side,
        settle_asset=None if settled is None else settled.asset,
        realised_pnl=None if settled is None else plain(settled.realised),
        closed_by_venue=fill.reason if isinstance(fill, PositionClosedByVenue) else None,
    )


def fill_of(row: Record, figure: Callable[[Any], str] = plain) -> FillDocument:
    """A row of the fills; ``figure`` writes its numbers: ``str`` where the database wrote them out."""
    return FillDocument(
        position=str(row["position"]),
        account_id=row["account_id"],
        order_id=row["order_id"],
        fill_id=row["fill_id"],
        instrument=row["instrument"],
        side=Side(row["side"]),
        quantity=figure(row["quantity"]),
        price=figure(row["price"]),
        fee=figure(row["fee"]),
        fee_asset=row["fee_asset"],
        liquidity=Liquidity(row["liquidity"]) if row["liquidity"] else None,
        at=row["at"],
        adopts=None if row["adopts"] is None else str(row["adopts"]),
        position_side=PositionSide(row["position_side"]),
        settle_asset=row["settle_asset"],
        realised_pnl=None if row["realised"] is None else figure(row["realised"]),
        closed_by_venue=row["closed_by_venue"],
    )


class FillsProjection:
    """Writes ``trading.fills``."""

    name = "trading.fills"
    version = 1
    tables = ("trading.fills",)
    handles: frozenset[type[Event]] = frozenset(
        {OrderFilled, PositionClosedByVenue, UnmatchedFillRecorded, UnmatchedFillAdopted}
    )

    def forget(self) -> None:
        """Nothing is cached."""

    async def project(self, connection: Connection, batch: Sequence[Recorded]) -> Sequence[ViewChange]:
        """See Projection. What is adopted in a batch may have been recorded in it."""
        changes: list[ViewChange] = []
        waiting: list[tuple[Recorded, OrderFilled | PositionClosedByVenue | UnmatchedFillRecorded]] = []
        for recorded in batch:
            match recorded.event:
                case OrderFilled() | PositionClosedByVenue() | UnmatchedFillRecorded() as fill:
                    waiting.append((recorded, fill))
                case UnmatchedFillAdopted() as adopted:
                    changes += await _write(connection, waiting)
                    waiting = []
                    changes += await _adopt(connection, recorded, adopted)
                case _:
                    pass
        return [*changes, *await _write(connection, waiting)]


async def _adopt(
    connection: Connection, recorded: Recorded, fill: UnmatchedFillAdopted
) -> Sequence[ViewChange]:
    first: int | None = await connection.fetchval(
        ADOPT_FILL, fill.account_id, fill.fill_id, fill.instrument_id, recorded.position
    )
    return await _write(connection, [(recorded, fill)], adopts=first)


async def _write(
    connection: Connection, fills: Sequence[tuple[Recorded, Fill]], *, adopts: int | None = None
) -> Sequence[ViewChange]:
    if not fills:
        return []
    documents = [fill_document(recorded.position, fill, adopts=adopts) for recorded, fill in fills]
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
        texts([document.adopts for document in documents]),
        texts([document.position_side for document in documents]),
        texts([document.settle_asset for document in documents]),
        texts([document.realised_pnl for document in documents]),
        texts([document.closed_by_venue for document in documents]),
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
