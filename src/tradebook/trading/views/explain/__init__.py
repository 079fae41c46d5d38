"""Why a figure is what it is: its formula, the inputs, and the postings, fills and events it is made of.

A figure is named by what it is of::

    balance:<account_id>:<asset>:<total | available | held>
    position:<account_id>:<instrument>:<quantity | average_entry_price | cost | realised_pnl>
    equity:<account_id>:<equity | day_pnl | drawdown>
    valuation:<account_id>:<asset>
    order:<order_id>:<filled_quantity | average_price | fees:<asset>>

It is computed anew for the explanation, from postings, fills and prices, not taken from the view that the
figure was shown from: who asks finds out whether the two agree. A position of more than 500 fills begins with
what the older ones made of it (``trading.position_history``), so that nobody's question takes long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradebook.kernel.ids import AccountId
from tradebook.trading.views.explain.balances import explain_balance
from tradebook.trading.views.explain.documents import ExplanationDocument
from tradebook.trading.views.explain.names import FigureName, parse_figure
from tradebook.trading.views.explain.orders import explain_order
from tradebook.trading.views.explain.positions import explain_position
from tradebook.trading.views.explain.reading import Extent
from tradebook.trading.views.explain.worth import explain_equity, explain_value
from tradebook.trading.views.moments import Moment, Moments
from tradebook.trading.views.pages import POSITION_MAX, PageRequest
from tradebook.trading.views.valuation import Valuer

if TYPE_CHECKING:
    from asyncpg import Pool

__all__ = ["Explainer", "ExplanationDocument", "FigureName", "parse_figure"]


class Explainer:
    """Explains figures, as they are or as they were. Access is checked by the caller."""

    def __init__(self, pool: Pool, valuer: Valuer) -> None:
        self._pool = pool
        self._valuer = valuer
        self._moments = Moments(pool)

    async def explain(
        self,
        of: str,
        name: FigureName,
        account_id: AccountId,
        page: PageRequest,
        moment: Moment | None = None,
    ) -> ExplanationDocument:
        """The figure that ``of`` names, of this account.

        Raises InvalidInput for a cursor that is not ours and for a moment that the journal has not come to.
        """
        until = POSITION_MAX if moment is None else await self._moments.position(moment)
        before = min(page.after_position(first=POSITION_MAX), until + 1)
        extent = Extent(until=until, before=min(before, POSITION_MAX), limit=page.limit)
        match name.kind:
            case "balance":
                return await explain_balance(self._pool, of, name, extent)
            case "position":
                return await explain_position(self._pool, of, name, account_id, extent)
            case "order":
                return await explain_order(self._pool, of, name, account_id, extent)
        valuation = (
            await self._valuer.now(account_id)
            if moment is None
            else await self._valuer.as_of(account_id, moment)
        )
        explain = explain_value if name.kind == "valuation" else explain_equity
        return await explain(self._pool, of, name, valuation, extent)
