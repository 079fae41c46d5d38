"""How much of the past an explanation looks at, and rows as documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tradebook.kernel.ids import AccountId
from tradebook.kernel.money import plain
from tradebook.ledger.postings import LedgerAccount
from tradebook.trading.orders import Liquidity, PositionSide, Side
from tradebook.trading.views.explain.documents import SourceDocument
from tradebook.trading.views.fills import FillDocument
from tradebook.trading.views.ledger import PostingDocument
from tradebook.trading.views.pages import encode_cursor

if TYPE_CHECKING:
    from asyncpg import Pool, Record


SELECT_POSTINGS = """
select position, line, recorded_at, party_id, sub_ledger, ledger_account, asset, amount
from trading.ledger_postings where account_id = $1 and position = any($2) order by position desc, line
"""


SELECT_SOURCES = """
select position, type, recorded_at from journal.events
where position = any($1) order by position desc limit $2
"""


class Extent(NamedTuple):
    """The figure rests on events up to ``until``; shown are at most ``limit`` of them, those ``before``."""

    until: int
    before: int
    limit: int


async def sources_page(
    pool: Pool, positions: Sequence[int], extent: Extent
) -> tuple[list[SourceDocument], str | None]:
    """The events at these positions, as many as are wanted, and the cursor to the rest."""
    shown = [position for position in positions if position < extent.before]
    rows = await pool.fetch(SELECT_SOURCES, shown, extent.limit)
    events = [source_document(row) for row in rows]
    return events, encode_cursor(rows[-1]["position"]) if len(rows) == extent.limit else None


def posting_document(account_id: AccountId, row: Record) -> PostingDocument:
    """A row of the ledger."""
    return PostingDocument(
        position=str(row["position"]),
        line=row["line"],
        recorded_at=row["recorded_at"],
        account_id=account_id,
        party_id=row["party_id"],
        sub_ledger=row["sub_ledger"],
        ledger_account=LedgerAccount(row["ledger_account"]),
        asset=row["asset"],
        amount=plain(row["amount"]),
    )


def source_document(row: Record) -> SourceDocument:
    """A row with an event's position, type and time of recording."""
    return SourceDocument(position=str(row["position"]), type=row["type"], recorded_at=row["recorded_at"])


def fill_of(row: Record) -> FillDocument:
    """A row of the fills."""
    return FillDocument(
        position=str(row["position"]),
        account_id=row["account_id"],
        order_id=row["order_id"],
        fill_id=row["fill_id"],
        instrument=row["instrument"],
        side=Side(row["side"]),
        quantity=plain(row["quantity"]),
        price=plain(row["price"]),
        fee=plain(row["fee"]),
        fee_asset=row["fee_asset"],
        liquidity=Liquidity(row["liquidity"]) if row["liquidity"] else None,
        at=row["at"],
        adopts=None if row["adopts"] is None else str(row["adopts"]),
        position_side=PositionSide(row["position_side"]),
        settle_asset=row["settle_asset"],
        realised_pnl=None if row["realised"] is None else plain(row["realised"]),
        closed_by_venue=row["closed_by_venue"],
    )
