"""Why a figure is what it is: its formula, the inputs, and the postings, fills and events it is made of.

A figure is named by what it is of::

    balance:<account_id>:<asset>:<total | available | held>
    position:<account_id>:<instrument>:<quantity | average_entry_price | cost | realised_pnl>
    position:<account_id>:<instrument>:<mark_price | market_value | unrealised_pnl>
    position:<account_id>:<contract>[:<long | short>]:<margin | maintenance_margin | liquidation_price | …>
    equity:<account_id>:<equity | day_pnl | drawdown | exposure | exposure_share | held_value>
    valuation:<account_id>:<asset>[:<value | price | held_value | weight | margin_ratio>]
    order:<order_id>:<filled_quantity | average_price | fees:<asset>>
    total:<base_asset>:equity
    range:<account_id>:<since, or nothing>:<pnl | opening | net_flows>
    limit:<account_id>:<its name>[:<instrument>]
    fill:<account_id>:<position>:fee

A range ends at the moment of the explanation. Limits are explained by ``explain_limit``, from what the caller
measured on the account that decides. Every figure is exact and never rounded, but for quotients, which have
28 digits, and fractions of limits, which are shown to six.

It is computed anew for the explanation, from postings, fills and prices, not taken from the view that the
figure was shown from: who asks finds out whether the two agree. A position of more than 500 fills begins with
what the older ones made of it (``trading.position_history``), so that nobody's question takes long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import AccountId
from tradebook.trading.model.contracts import parse_position_key
from tradebook.trading.views.equity import EquityHistory
from tradebook.trading.views.explain.balances import explain_balance
from tradebook.trading.views.explain.contracts import explain_contract
from tradebook.trading.views.explain.documents import ExplanationDocument
from tradebook.trading.views.explain.fills import explain_fill
from tradebook.trading.views.explain.limits import Measured, explain_limit
from tradebook.trading.views.explain.liquidation import explain_liquidation
from tradebook.trading.views.explain.names import FigureName, parse_figure
from tradebook.trading.views.explain.orders import explain_order
from tradebook.trading.views.explain.positions import FORMULA, FORMULA_AT_MARK, explain_position
from tradebook.trading.views.explain.ranges import explain_range
from tradebook.trading.views.explain.reading import Extent
from tradebook.trading.views.explain.totals import SELECT_COUNTING, explain_total
from tradebook.trading.views.explain.values import explain_value
from tradebook.trading.views.explain.worth import explain_equity
from tradebook.trading.views.marks import Marks
from tradebook.trading.views.moments import Moment, Moments
from tradebook.trading.views.pages import POSITION_MAX, PageRequest
from tradebook.trading.views.valuation import Valuation, Valuer

if TYPE_CHECKING:
    from asyncpg import Pool

__all__ = ["Explainer", "ExplanationDocument", "FigureName", "parse_figure"]


ACCOUNTS_MAX = 100
"""So many accounts are valued for one total."""


class Explainer:
    """Explains figures, as they are or as they were. Access is checked by the caller."""

    def __init__(self, pool: Pool, *, valuer: Valuer, marks: Marks, history: EquityHistory) -> None:
        self._pool = pool
        self._valuer = valuer
        self._marks = marks
        self._history = history
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
        extent = await self._extent(page, moment)
        match name.kind:
            case "balance":
                return await explain_balance(self._pool, of, name, extent)
            case "position":
                return await self._position(of, name, account_id, extent, moment)
            case "order":
                return await explain_order(self._pool, of, name, account_id, extent)
            case "fill":
                return await explain_fill(self._pool, of, name, account_id, extent)
        valuation = await self._valuation(account_id, moment)
        if name.kind == "range":
            return await explain_range(
                self._pool, of, name, extent, history=self._history, valuation=valuation
            )
        explain = explain_value if name.kind == "valuation" else explain_equity
        return await explain(self._pool, of, name, valuation, extent)

    async def _position(
        self, of: str, name: FigureName, account_id: AccountId, extent: Extent, moment: Moment | None
    ) -> ExplanationDocument:
        """Raises InvalidInput for a figure that only contracts have."""
        instrument_id, side = parse_position_key(name.subject)
        instrument = self._marks.instrument(instrument_id)
        is_marked = name.figure in FORMULA_AT_MARK or name.figure == "maintenance_margin"
        mark = await self._marks.mark(instrument_id, moment) if is_marked else None
        if instrument is not None and instrument.contract is not None:
            is_liquidation = name.figure == "liquidation_price"
            explained = await explain_contract(
                self._pool,
                of,
                msgspec.structs.replace(name, figure="cost") if is_liquidation else name,
                account_id,
                extent,
                instrument=instrument,
                side=side,
                mark=mark,
            )
            if is_liquidation:
                valuation = await self._valuation(account_id, moment)
                return explain_liquidation(explained, name, instrument, valuation)
            return explained
        if name.figure not in FORMULA and name.figure not in FORMULA_AT_MARK:
            raise InvalidInput("of", f"{name.subject} has no {name.figure}", "ask for that of a contract")
        return await explain_position(self._pool, of, name, account_id, extent, mark=mark)

    async def total(
        self, of: str, name: FigureName, accounts: Sequence[AccountId], moment: Moment | None = None
    ) -> ExplanationDocument:
        """What these accounts are worth together, those of them that count in the asset of the name.

        Raises InvalidInput for more than ACCOUNTS_MAX of them, and as ``explain`` does.
        """
        counting = await self._pool.fetch(SELECT_COUNTING, accounts, name.owner, ACCOUNTS_MAX + 1)
        if len(counting) > ACCOUNTS_MAX:
            raise InvalidInput("of", f"more than {ACCOUNTS_MAX} accounts", "ask for the equity of each")
        valuations = [await self._valuation(AccountId(row[0]), moment) for row in counting]
        return explain_total(of, name, valuations)

    async def limit(
        self, of: str, name: FigureName, measured: Measured, page: PageRequest
    ) -> ExplanationDocument:
        """How much of a limit is used now. Raises NotFound where nothing of it is measured."""
        return await explain_limit(self._pool, of, name, measured, await self._extent(page, None))

    async def _extent(self, page: PageRequest, moment: Moment | None) -> Extent:
        until = POSITION_MAX if moment is None else await self._moments.position(moment)
        before = min(page.after_position(first=POSITION_MAX), until + 1)
        return Extent(until=until, before=min(before, POSITION_MAX), limit=page.limit)

    async def _valuation(self, account_id: AccountId, moment: Moment | None) -> Valuation:
        if moment is None:
            return await self._valuer.now(account_id)
        return await self._valuer.as_of(account_id, moment)
