"""How much of a limit is used, as the account that decides measures it, and the events behind that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tradebook.kernel.errors import NotFound
from tradebook.kernel.ids import AccountId, Asset
from tradebook.kernel.money import plain, round_half_even
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.model.inputs import FRACTION, Input
from tradebook.trading.model.measures import SHOWN_TO, Usage
from tradebook.trading.model.state import OPEN_ORDERS_MAX
from tradebook.trading.orders import OrderStatus, PositionSide
from tradebook.trading.views.explain.balances import explain_balance
from tradebook.trading.views.explain.documents import ExplanationDocument, InputDocument, figure
from tradebook.trading.views.explain.names import FigureName
from tradebook.trading.views.explain.reading import Extent, sources_page
from tradebook.trading.views.explain.worth import Anchor, anchor_of
from tradebook.trading.views.pages import POSITION_MAX

if TYPE_CHECKING:
    from asyncpg import Pool

SELECT_OPEN = """
select placed_position from trading.orders
where account_id = $1 and status = any($3)
order by placed_position desc limit $2
"""

SELECT_PLACED_LATELY = """
select placed_position from trading.orders
where account_id = $1 and created_at > $3::timestamptz - interval '60 seconds' and created_at <= $3
order by placed_position desc limit $2
"""

OPEN = sorted(frozenset(OrderStatus) - TERMINAL)


class Measured(NamedTuple):
    """What stands against the limits of an account, by the market's time."""

    at: datetime
    usage: Sequence[Usage]


async def explain_limit(
    pool: Pool, of: str, name: FigureName, measured: Measured, extent: Extent
) -> ExplanationDocument:
    """How much of it is used. Raises NotFound for a limit that is off, or that has nothing against it."""
    usage = _found(name, measured.usage)
    account_id = AccountId(name.owner)
    if name.figure == "max_position_notional":
        if usage.inputs[0].name == "owned":
            return await _of_position(pool, of, account_id, usage, extent)
        return _of_contract(of, name, usage)
    anchor, sources = None, list[int]()
    match name.figure:
        case "max_open_orders":
            sources = await _positions(pool, SELECT_OPEN, account_id, OPEN_ORDERS_MAX, OPEN)
        case "orders_per_minute":
            count = int(usage.used or 0)
            sources = await _positions(pool, SELECT_PLACED_LATELY, account_id, count, measured.at)
        case _:
            anchor = await _anchor(pool, name.figure, account_id, usage)
            sources = [] if anchor is None else [anchor.last["position"], *anchor.sources]
    events, next_cursor = await sources_page(pool, sources, extent)
    # What was deposited since has moved it: then no single event has set it.
    marked = None if anchor is None else ("equity", anchor.last["equity"])
    return ExplanationDocument(
        of=of,
        value=shown(usage),
        unit="" if usage.unit == FRACTION else usage.unit,
        formula=usage.formula,
        journal_position=str(max(sources, default=0)),
        inputs=[
            *(
                _input(each, position=str(anchor.last["position"]) if anchor and each[:2] == marked else None)
                for each in usage.inputs
            ),
            _limit(usage),
        ],
        events=events,
        postings=[],
        fills=[],
        next_cursor=next_cursor,
    )


async def _of_position(
    pool: Pool, of: str, account_id: AccountId, usage: Usage, extent: Extent
) -> ExplanationDocument:
    """With the postings of what is owned."""
    asset = usage.inputs[0].unit
    total = FigureName("balance", account_id, asset, "total")
    balance = await explain_balance(pool, of, total, extent)
    sources = {"owned": f"balance:{account_id}:{asset}:total"}
    return msgspec.structs.replace(
        balance,
        value=shown(usage),
        unit=usage.unit,
        formula=usage.formula,
        inputs=[
            *(_input(each, of=sources.get(each.name)) for each in usage.inputs),
            _limit(usage),
        ],
    )


def _of_contract(of: str, name: FigureName, usage: Usage) -> ExplanationDocument:
    """Without events: the positions that it is made of have theirs."""
    position = f"position:{name.owner}:{name.subject}"
    explained = {"position": f"{position}:quantity"}
    explained |= {side: f"{position}:{side}:quantity" for side in (PositionSide.LONG, PositionSide.SHORT)}
    return ExplanationDocument(
        of=of,
        value=shown(usage),
        unit=usage.unit,
        formula=usage.formula,
        journal_position="0",
        inputs=[*(_input(each, of=explained.get(each.name)) for each in usage.inputs), _limit(usage)],
        events=[],
        postings=[],
        fills=[],
        next_cursor=None,
    )


def shown(usage: Usage) -> str | None:
    """What is used, as it is shown: fractions to six decimals."""
    if usage.used is None:
        return None
    return plain(round_half_even(usage.used, SHOWN_TO) if usage.unit == FRACTION else usage.used)


def _found(name: FigureName, every: Sequence[Usage]) -> Usage:
    for usage in every:
        if (usage.name, usage.instrument_id or "") == (name.figure, name.subject):
            return usage
    raise NotFound("limit in use", f"{name.figure} {name.subject}".strip())


async def _anchor(pool: Pool, measure: str, account_id: AccountId, usage: Usage) -> Anchor | None:
    if not usage.inputs:  # equity was not measured yet
        return None
    of_day = "day_pnl" if measure == "daily_loss" else measure
    return await anchor_of(pool, of_day, account_id, Asset(usage.inputs[0].unit), POSITION_MAX)


async def _positions(pool: Pool, statement: str, *arguments: object) -> list[int]:
    return [row["placed_position"] for row in await pool.fetch(statement, *arguments)]


def _input(given: Input, *, position: str | None = None, of: str | None = None) -> InputDocument:
    value = None if given.value is None else plain(given.value)
    return InputDocument(name=given.name, value=value, unit=given.unit, position=position, of=of)


def _limit(usage: Usage) -> InputDocument:
    return figure("limit", usage.limit, "" if usage.unit == FRACTION else usage.unit)
