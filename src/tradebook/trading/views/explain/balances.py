"""A balance as the sum of its postings."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tradebook.kernel.ids import AccountId
from tradebook.kernel.money import ZERO, plain
from tradebook.ledger.postings import LedgerAccount
from tradebook.trading.views.explain.documents import ExplanationDocument, SourceDocument, figure
from tradebook.trading.views.explain.names import FigureName
from tradebook.trading.views.explain.reading import Extent
from tradebook.trading.views.ledger import posting_of
from tradebook.trading.views.pages import encode_cursor

if TYPE_CHECKING:
    from asyncpg import Pool

SUM_POSTINGS = """
select coalesce(sum(amount) filter (where ledger_account = 'available'), 0) as available,
       coalesce(sum(amount) filter (where ledger_account = 'held'), 0) as held,
       coalesce(sum(amount) filter (where ledger_account = 'margin'), 0) as margin,
       count(*) as postings, coalesce(max(position), 0) as position
from trading.ledger_postings
where account_id = $1 and asset = $2 and ledger_account = any($3) and position <= $4
"""

SELECT_POSTINGS = """
select p.position, p.line, p.recorded_at, p.party_id, p.sub_ledger, p.ledger_account, p.asset, p.amount,
       e.type
from trading.ledger_postings p join journal.events e using (position)
where p.account_id = $1 and p.asset = $2 and p.ledger_account = any($3) and p.position = any(array(
    select distinct position from trading.ledger_postings
    where account_id = $1 and asset = $2 and ledger_account = any($3) and position < $4
    order by position desc limit $5))
order by p.position desc, p.line
"""

OWNED = {
    "total": (LedgerAccount.AVAILABLE, LedgerAccount.HELD, LedgerAccount.MARGIN),
    "available": (LedgerAccount.AVAILABLE,),
    "held": (LedgerAccount.HELD, LedgerAccount.MARGIN),
}
FORMULA = {
    "total": "available + held + margin, each the sum of its postings",
    "available": "the sum of the postings to available",
    "held": "held for orders + margin of positions, each the sum of its postings",
}


async def explain_balance(pool: Pool, of: str, name: FigureName, extent: Extent) -> ExplanationDocument:
    """The balance, summed anew."""
    account_id, asset = AccountId(name.owner), name.subject
    accounts = [each.value for each in OWNED[name.figure]]
    sums = await pool.fetchrow(SUM_POSTINGS, account_id, asset, accounts, extent.until)
    assert sums is not None  # sums of nothing are a row too
    before = min(extent.before, sums["position"] + 1)
    rows = await pool.fetch(SELECT_POSTINGS, account_id, asset, accounts, before, extent.limit)
    events = {row["position"]: (row["type"], row["recorded_at"]) for row in rows}
    return ExplanationDocument(
        of=of,
        value=plain(sum((sums[each] for each in accounts), ZERO)),
        unit=asset,
        formula=FORMULA[name.figure],
        journal_position=str(sums["position"]),
        inputs=[
            *(figure(each, sums[each], asset) for each in accounts),
            figure("postings", Decimal(sums["postings"])),
        ],
        events=[
            SourceDocument(position=str(position), type=kind, recorded_at=at)
            for position, (kind, at) in events.items()
        ],
        postings=[posting_of(account_id, row) for row in rows],
        fills=[],
        next_cursor=encode_cursor(min(events)) if len(events) == extent.limit else None,
    )
