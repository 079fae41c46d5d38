"""Figures of an order as sums of its fills."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tradebook.kernel.ids import AccountId
from tradebook.kernel.money import ZERO, divide, plain
from tradebook.trading.views.explain.documents import (
    ExplanationDocument,
    InputDocument,
    figure,
)
from tradebook.trading.views.explain.names import FigureName
from tradebook.trading.views.explain.reading import SELECT_POSTINGS, Extent, source_document
from tradebook.trading.views.fills import fill_of
from tradebook.trading.views.ledger import posting_of
from tradebook.trading.views.pages import encode_cursor

if TYPE_CHECKING:
    from asyncpg import Pool, Record

SELECT_FILLS = """
select f.*, e.type, e.data::jsonb ->> 'base_asset' as base_asset,
       e.data::jsonb ->> 'quote_asset' as quote_asset
from trading.fills f join journal.events e using (position)
where f.order_id = $1 and f.position < $2 order by f.position desc limit $3
"""

SUM_FILLS = """
select count(*) as fills, coalesce(sum(quantity), 0) as quantity,
       coalesce(sum(quantity * price), 0) as value, coalesce(max(position), 0) as position
from trading.fills where order_id = $1 and position <= $2
"""

SUM_FEES = """
select fee_asset, sum(fee) as fee from trading.fills
where order_id = $1 and position <= $2 and fee <> 0 group by fee_asset order by min(position)
"""

FORMULA = {
    "filled_quantity": "the sum of the fills' quantities",
    "average_price": "filled_value / filled_quantity to 28 digits, where filled_value is the sum over the "
    "fills of quantity × price; none while nothing is filled",
    "fees": "the sum of the fills' fees in that asset",
}


async def explain_order(
    pool: Pool, of: str, name: FigureName, account_id: AccountId, extent: Extent
) -> ExplanationDocument:
    """The figure, summed anew over the order's fills."""
    order_id = name.owner
    sums = await pool.fetchrow(SUM_FILLS, order_id, extent.until)
    assert sums is not None  # sums of nothing are a row too
    fees = {row["fee_asset"]: row["fee"] for row in await pool.fetch(SUM_FEES, order_id, extent.until)}
    before = min(extent.before, sums["position"] + 1)
    rows = await pool.fetch(SELECT_FILLS, order_id, before, extent.limit)
    postings = await pool.fetch(SELECT_POSTINGS, account_id, [row["position"] for row in rows])
    base, quote = _assets(rows)
    value, unit = {
        "filled_quantity": (sums["quantity"], base),
        "average_price": (divide(sums["value"], sums["quantity"]) if sums["quantity"] else None, quote),
        "fees": (fees.get(name.subject, ZERO), name.subject),
    }[name.figure]
    return ExplanationDocument(
        of=of,
        value=None if value is None else plain(value),
        unit=unit,
        formula=FORMULA[name.figure],
        journal_position=str(sums["position"]),
        inputs=_inputs(sums, fees, base, quote),
        events=[source_document(row) for row in rows],
        postings=[posting_of(account_id, row) for row in postings],
        fills=[fill_of(row) for row in rows],
        next_cursor=encode_cursor(rows[-1]["position"]) if len(rows) == extent.limit else None,
    )


def _assets(rows: Sequence[Record]) -> tuple[str, str]:
    """What is bought and what it is paid in; nothing while there is no fill to say it."""
    return (rows[0]["base_asset"], rows[0]["quote_asset"]) if rows else ("", "")


def _inputs(sums: Record, fees: dict[str, Decimal], base: str, quote: str) -> list[InputDocument]:
    return [
        figure("fills", Decimal(sums["fills"])),
        figure("filled_quantity", sums["quantity"], base),
        figure("filled_value", sums["value"], quote),
        *(figure(f"fees:{asset}", fee, asset) for asset, fee in fees.items()),
    ]
