"""What a fill cost, from what was posted to the fees of the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradebook.kernel.ids import AccountId
from tradebook.kernel.money import ZERO, plain
from tradebook.ledger.postings import LedgerAccount
from tradebook.trading.views.explain.documents import ExplanationDocument, figure
from tradebook.trading.views.explain.names import FigureName
from tradebook.trading.views.explain.reading import SELECT_POSTINGS, SELECT_SOURCES, Extent, source_document
from tradebook.trading.views.fills import fill_of
from tradebook.trading.views.ledger import posting_of

if TYPE_CHECKING:
    from asyncpg import Pool

SELECT_FILL = """
select f.*, e.type, e.data::jsonb ->> 'quote_asset' as quote_asset,
       e.data::jsonb ->> 'base_asset' as base_asset
from trading.fills f join journal.events e using (position)
where f.account_id = $1 and f.position = $2 and f.position <= $3
"""

FORMULA = (
    "what the venue charged for the fill: the sum of its event's postings to fees; where a person adopted it "
    "those of the event that first recorded it"
)
_POSITION_DIGITS_MAX = 18


async def explain_fill(
    pool: Pool, of: str, name: FigureName, account_id: AccountId, extent: Extent
) -> ExplanationDocument:
    """Its fee, summed anew; nothing where the event is no fill of the account."""
    text = name.subject
    is_position = text.isascii() and text.isdigit() and len(text) <= _POSITION_DIGITS_MAX
    fill = await pool.fetchrow(SELECT_FILL, account_id, int(text), extent.until) if is_position else None
    positions = [] if fill is None else [each for each in (fill["position"], fill["adopts"]) if each]
    rows = await pool.fetch(SELECT_POSTINGS, account_id, positions)
    sources = await pool.fetch(SELECT_SOURCES, positions, len(positions))
    fees = [row for row in rows if row["ledger_account"] == LedgerAccount.FEES]
    inputs = (
        []
        if fill is None
        else [
            figure("quantity", fill["quantity"], fill["base_asset"] or ""),
            figure("price", fill["price"], fill["quote_asset"] or ""),
            figure("postings", ZERO + len(fees)),
        ]
    )
    return ExplanationDocument(
        of=of,
        value=plain(sum((row["amount"] for row in fees), ZERO)),
        unit="" if fill is None else fill["fee_asset"],
        formula=FORMULA,
        journal_position="0" if fill is None else str(fill["position"]),
        inputs=inputs,
        events=[source_document(row) for row in sources],
        postings=[posting_of(account_id, row) for row in fees],
        fills=[] if fill is None else [fill_of(fill)],
        next_cursor=None,
    )
