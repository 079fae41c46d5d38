"""A position as what its fills made of it: the newest folded anew, onto what those before them had made."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tradebook.kernel.errors import Unavailable
from tradebook.kernel.ids import AccountId
from tradebook.kernel.money import ZERO, divide, multiply, plain
from tradebook.trading.orders import Side
from tradebook.trading.views.explain.documents import ExplanationDocument, InputDocument, figure
from tradebook.trading.views.explain.names import FigureName
from tradebook.trading.views.explain.reading import SELECT_POSTINGS, Extent, source_document
from tradebook.trading.views.fills import fill_of
from tradebook.trading.views.ledger import posting_of
from tradebook.trading.views.marks import Mark
from tradebook.trading.views.pages import encode_cursor
from tradebook.trading.views.positions import Position, apply_fill

if TYPE_CHECKING:
    from asyncpg import Pool, Record

FOLDED_MAX = 500
"""So many fills are folded: it takes milliseconds, however many there are."""

SELECT_ASSETS = """
select e.data::jsonb ->> 'base_asset', e.data::jsonb ->> 'quote_asset'
from trading.fills f join journal.events e using (position)
where f.account_id = $1 and f.instrument = $2 and (f.order_id is not null or f.adopts is not null)
  and f.position <= $3
order by f.position desc limit 1
"""

SUM_FILLS = """
select count(*) as fills, coalesce(max(position), 0) as position,
       coalesce(sum(quantity) filter (where side = 'buy'), 0) as bought,
       coalesce(sum(quantity) filter (where side = 'sell'), 0) as sold,
       coalesce(sum(fee) filter (where fee_asset = $4), 0) as base_fees
from trading.fills
where account_id = $1 and instrument = $2 and (order_id is not null or adopts is not null)
  and position <= $3
"""

SELECT_NEWEST = """
select position, side, quantity, price, fee, fee_asset from trading.fills
where account_id = $1 and instrument = $2 and (order_id is not null or adopts is not null)
  and position <= $3
order by position desc limit $4
"""

SELECT_MADE = """
select quantity, cost, realised from trading.position_history
where account_id = $1 and instrument = $2 and position = $3
"""

SELECT_FILLS = """
select f.*, e.type from trading.fills f join journal.events e using (position)
where f.account_id = $1 and f.instrument = $2 and (f.order_id is not null or f.adopts is not null)
  and f.position < $3
order by f.position desc limit $4
"""

FORMULA = {
    "quantity": "bought - sold - base_fees",
    "average_entry_price": "cost / |quantity|; none while the position is flat",
    "cost": "what the open quantity was opened for: an opening adds quantity × price, a closing takes its "
    "share by average cost",
    "realised_pnl": "the sum over closing fills of quantity closed × (price - average cost), signed by the "
    "side that was closed; before fees",
}


_MARK = "mark_price: the mean of bid and ask of the last quote; as of the past the close of the newest minute"
FORMULA_AT_MARK = {
    "mark_price": f"{_MARK}; none where there is no price",
    "market_value": f"quantity × mark_price, exactly. {_MARK}",
    "unrealised_pnl": "quantity × mark_price - cost, or for a short position + cost, exactly; before fees. "
    f"{_MARK}",
}
"""Of figures that move with the price, and need one."""


async def explain_position(
    pool: Pool,
    of: str,
    name: FigureName,
    account_id: AccountId,
    extent: Extent,
    *,
    mark: Mark | None,
) -> ExplanationDocument:
    """The figure after all fills of the instrument; ``mark`` is wanted for those of FORMULA_AT_MARK.

    Raises Unavailable while the view of positions is behind the fills.
    """
    key = (account_id, name.subject)
    base, quote = await pool.fetchrow(SELECT_ASSETS, *key, extent.until) or ("", "")
    sums = await pool.fetchrow(SUM_FILLS, *key, extent.until, base)
    assert sums is not None  # sums of nothing are a row too
    held = await _fold(pool, account_id, name.subject, sums["position"], base)
    rows = await pool.fetch(SELECT_FILLS, *key, min(extent.before, sums["position"] + 1), extent.limit)
    postings = await pool.fetch(SELECT_POSTINGS, account_id, [row["position"] for row in rows])
    if name.figure in FORMULA_AT_MARK:
        formula, inputs = FORMULA_AT_MARK[name.figure], _inputs_at_mark(name, held, mark, base, quote)
    else:
        formula, inputs = FORMULA[name.figure], _inputs(sums, held, base, quote)
    return ExplanationDocument(
        of=of,
        value=_value(name.figure, held, mark),
        unit=base if name.figure == "quantity" else quote,
        formula=formula,
        journal_position=str(sums["position"]),
        inputs=inputs,
        events=[source_document(row) for row in rows],
        postings=[posting_of(account_id, row) for row in postings],
        fills=[fill_of(row) for row in rows],
        next_cursor=encode_cursor(rows[-1]["position"]) if len(rows) == extent.limit else None,
    )


async def _fold(pool: Pool, account_id: AccountId, instrument: str, until: int, base: str) -> Position:
    """What the fills up to a position made, at most FOLDED_MAX of them folded anew."""
    newest = await pool.fetch(SELECT_NEWEST, account_id, instrument, until, FOLDED_MAX + 1)
    held = Position()
    if len(newest) > FOLDED_MAX:
        made = await pool.fetchrow(SELECT_MADE, account_id, instrument, newest.pop()["position"])
        if made is None:
            raise Unavailable("view_behind", "The view of positions is behind; ask again.")
        held = Position(quantity=made["quantity"], cost=made["cost"], realised=made["realised"])
    return _folded(held, newest[::-1], base)


def _folded(held: Position, fills: Sequence[Record], base: str) -> Position:
    for fill in fills:
        base_fee = fill["fee"] if fill["fee_asset"] == base else ZERO
        held = apply_fill(held, Side(fill["side"]), fill["quantity"], fill["price"], base_fee=base_fee)
    return held


def _value(figure_: str, held: Position, mark: Mark | None) -> str | None:
    """None where there is none."""
    match figure_:
        case "quantity":
            return plain(held.quantity)
        case "cost":
            return plain(held.cost)
        case "realised_pnl":
            return plain(held.realised)
        case "average_entry_price":
            return plain(divide(held.cost, abs(held.quantity))) if held.quantity else None
    if mark is None:
        return None
    if figure_ == "mark_price":
        return plain(mark.price)
    worth = multiply(held.quantity, mark.price)
    if figure_ == "market_value":
        return plain(worth)
    # A short position was sold for its cost, and its worth is negative.
    return plain(worth - held.cost if held.quantity > 0 else worth + held.cost)


def _inputs(sums: Record, held: Position, base: str, quote: str) -> list[InputDocument]:
    """What the formulas speak of."""
    return [
        figure("bought", sums["bought"], base),
        figure("sold", sums["sold"], base),
        figure("base_fees", sums["base_fees"], base),
        figure("quantity", held.quantity, base),
        figure("cost", held.cost, quote),
        figure("fills", Decimal(sums["fills"])),
    ]


def _inputs_at_mark(
    name: FigureName, held: Position, mark: Mark | None, base: str, quote: str
) -> list[InputDocument]:
    """What is held, and the prices that it is marked at."""
    of = f"position:{name.owner}:{name.subject}"
    prices: dict[str, Decimal | None] = {"bid": None, "ask": None} if mark is None else {**mark.prices}
    at_mark = [
        InputDocument(
            name=each,
            value=None if price is None else plain(price),
            unit=quote,
            source=name.subject,
            at=None if mark is None else mark.at,
        )
        for each, price in prices.items()
    ]
    if name.figure == "mark_price":
        return at_mark
    marked = InputDocument(
        name="mark_price",
        value=None if mark is None else plain(mark.price),
        unit=quote,
        of=f"{of}:mark_price",
    )
    owned = [figure("quantity", held.quantity, base, of=f"{of}:quantity")]
    if name.figure == "unrealised_pnl":
        owned.append(figure("cost", held.cost, quote, of=f"{of}:cost"))
    return [*owned, marked, *at_mark]
