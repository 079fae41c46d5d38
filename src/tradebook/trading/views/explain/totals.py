"""What several accounts are worth together."""

from __future__ import annotations

from collections.abc import Sequence

from tradebook.kernel.money import ZERO, plain
from tradebook.trading.views.explain.documents import ExplanationDocument
from tradebook.trading.views.explain.names import FigureName
from tradebook.trading.views.explain.values import equity_input
from tradebook.trading.views.valuation import Valuation

SELECT_COUNTING = """
select account_id from trading.accounts
where account_id = any($1) and document::jsonb ->> 'base_asset' = $2 order by opened_position limit $3
"""

FORMULA = (
    "the sum of the equity of every account that you see and that counts in this asset, "
    "as far as prices are known"
)


def explain_total(of: str, name: FigureName, valuations: Sequence[Valuation]) -> ExplanationDocument:
    """The sum over accounts; each of them has an explanation of its own."""
    return ExplanationDocument(
        of=of,
        value=plain(sum((each.equity for each in valuations), ZERO)),
        unit=name.owner,
        formula=FORMULA,
        journal_position=str(max((each.position for each in valuations), default=0)),
        inputs=[equity_input(each, f"equity:{each.account_id}") for each in valuations],
        events=[],
        postings=[],
        fills=[],
        next_cursor=None,
    )
