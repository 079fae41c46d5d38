"""The view of what was traded on accounts at their venues before their books began."""

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
from tradebook.trading.events import EarlierFillRecorded
from tradebook.trading.orders import Liquidity, PositionSide, Side

if TYPE_CHECKING:
    from asyncpg import Connection, Record

INSERT_EARLIER_FILLS = """
insert into trading.earlier_fills (position, account_id, fill_id, venue_order_id, instrument, side, quantity,
                                   price, fee, fee_asset, liquidity, position_side, at)
select * from unnest($1::text::bigint[], $2::text::text[], $3::text::text[], $4::text::text[],
                     $5::text::text[], $6::text::text[], $7::text::numeric[], $8::text::numeric[],
                     $9::text::numeric[], $10::text::text[], $11::text::text[], $12::text::text[],
                     $13::text::timestamptz[])
"""

SELECT_EARLIER_FILLS = """
select * from trading.earlier_fills
where account_id = $1 and (at, position) < ($2, $3)
order by at desc, position desc limit $4
"""


class EarlierFillDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A trade from before the book on the wire."""

    position: str
    """Of its event in the journal."""
    account_id: str
    fill_id: str
    venue_order_id: str
    instrument: str
    side: Side
    quantity: str
    price: str
    fee: str
    fee_asset: str
    liquidity: Liquidity
    position_side: PositionSide
    at: datetime


def earlier_fill_document(row: Record) -> EarlierFillDocument:
    """A row of the view in its wire form."""
    return EarlierFillDocument(
        position=str(row["position"]),
        account_id=row["account_id"],
        fill_id=row["fill_id"],
        venue_order_id=row["venue_order_id"],
        instrument=row["instrument"],
        side=Side(row["side"]),
        quantity=plain(row["quantity"]),
        price=plain(row["price"]),
        fee=plain(row["fee"]),
        fee_asset=row["fee_asset"],
        liquidity=Liquidity(row["liquidity"]),
        position_side=PositionSide(row["position_side"]),
        at=row["at"],
    )


class EarlierFillsProjection:
    """Writes ``trading.earlier_fills``."""

    name = "trading.earlier_fills"
    version = 1
    tables = ("trading.earlier_fills",)
    handles: frozenset[type[Event]] = frozenset({EarlierFillRecorded})

    def forget(self) -> None:
        """Nothing is cached."""

    async def project(self, connection: Connection, batch: Sequence[Recorded]) -> Sequence[ViewChange]:
        """See Projection. Nobody watches what comes once, when an account is connected."""
        found = [(each.position, each.event) for each in batch if isinstance(each.event, EarlierFillRecorded)]
        fills = [fill for _, fill in found]
        if found:
            await connection.execute(
                INSERT_EARLIER_FILLS,
                numbers([position for position, _ in found]),
                texts([fill.account_id for fill in fills]),
                texts([fill.fill_id for fill in fills]),
                texts([fill.venue_order_id for fill in fills]),
                texts([fill.instrument_id for fill in fills]),
                texts([fill.side for fill in fills]),
                numbers([fill.quantity for fill in fills]),
                numbers([fill.price for fill in fills]),
                numbers([fill.fee for fill in fills]),
                texts([fill.fee_asset for fill in fills]),
                texts([fill.liquidity for fill in fills]),
                texts([fill.position_side for fill in fills]),
                times([fill.at for fill in fills]),
            )
        return ()
