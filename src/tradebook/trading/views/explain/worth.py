"""What an account is worth, from balances, prices, and the events that loss limits measure from."""

from __future__ import annotations

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from tradebook.kernel.money import ZERO, plain
from tradebook.trading.views.explain.balances import explain_balance
from tradebook.trading.views.explain.documents import (
    ExplanationDocument,
    InputDocument,
    SourceDocument,
    figure,
)
from tradebook.trading.views.explain.names import FigureName
from tradebook.trading.views.explain.reading import Extent
from tradebook.trading.views.full_account import drawdown
from tradebook.trading.views.pages import encode_cursor
from tradebook.trading.views.valuation import Valuation, Valued

if TYPE_CHECKING:
    from asyncpg import Pool, Record

SELECT_LAST_MARK = """
select position, at, equity from trading.equity_marks
where account_id = $1 and position <= $2 order by position desc limit 1
"""

# The first of the last mark's day: its equity is what the day opened with.
SELECT_DAY_MARK = """
select position, at, equity from trading.equity_marks
where account_id = $1 and position <= $2 and at >= $3 order by at, position limit 1
"""

SELECT_PEAK_MARK = """
select position, at, equity from trading.equity_marks
where account_id = $1 and position <= $2 and equity = peak order by position desc limit 1
"""

# What came from outside and went there since a mark, in the base asset as far as it was recorded with a rate.
SUM_FLOWS = """
select coalesce(-sum(p.amount * f.rate), 0) as moved,
       coalesce(array_agg(p.position order by p.position desc), '{}') as positions
from trading.ledger_postings p
cross join lateral (
    select case when p.asset = $2 then 1 else (e.data::jsonb ->> 'rate')::numeric end as rate
    from journal.events e where e.position = p.position
) f
where p.account_id = $1 and p.ledger_account = 'external' and p.position > $3 and p.position <= $4
  and f.rate is not null
"""

SELECT_SOURCES = """
select position, type, recorded_at from journal.events
where position = any($1) order by position desc limit $2
"""

SUM = "the sum over all assets of total × price, as far as a price is known"
FORMULA = {
    "equity": SUM,
    "day_pnl": f"equity - day_open. equity: {SUM}. day_open: equity at the first mark of the day (day_mark), "
    "and what was deposited and withdrawn since then, in the base asset at the rates recorded with it "
    "(day_flows)",
    "drawdown": f"(peak - equity) / peak to 28 digits; none where the peak is not positive. equity: {SUM}. "
    "peak: the highest equity that was marked (peak_mark), and what was deposited and withdrawn since then, "
    "in the base asset at the rates recorded with it (peak_flows)",
}
FORMULA_OF_VALUE = "total × price, where total is the sum of the postings to available and held"


class Anchor(NamedTuple):
    """A figure that loss limits measure from: a mark, and the flows that moved it since."""

    mark: Record
    moved: Decimal
    flows: list[int]

    @property
    def value(self) -> Decimal:
        """Where it stands."""
        marked: Decimal = self.mark["equity"]
        return marked + self.moved


async def explain_value(
    pool: Pool, of: str, name: FigureName, valuation: Valuation, extent: Extent
) -> ExplanationDocument:
    """One balance in the base asset, with the postings behind the balance."""
    total = FigureName("balance", name.owner, name.subject, "total")
    balance = await explain_balance(pool, of, total, extent)
    valued = next((each for each in valuation.items if each.balance.asset == name.subject), None)
    value = ZERO if valued is None else valued.value
    return ExplanationDocument(
        of=of,
        value=None if value is None else plain(value),
        unit=valuation.base_asset,
        formula=FORMULA_OF_VALUE,
        journal_position=balance.journal_position,
        inputs=[] if valued is None else _inputs_of(valuation, valued),
        events=balance.events,
        postings=balance.postings,
        fills=[],
        next_cursor=balance.next_cursor,
    )


async def explain_equity(
    pool: Pool, of: str, name: FigureName, valuation: Valuation, extent: Extent
) -> ExplanationDocument:
    """All balances in the base asset, and where asked for what that is measured against."""
    inputs = [each for valued in valuation.items for each in _inputs_of(valuation, valued)]
    value: Decimal | None = valuation.equity
    sources: list[int] = []
    if name.figure != "equity":
        anchor = await _anchor(pool, name.figure, valuation, extent.until)
        value = None if anchor is None else _against(name.figure, valuation.equity, anchor.value)
        sources = [] if anchor is None else [anchor.mark["position"], *anchor.flows]
        inputs += _inputs_of_anchor(name.figure, valuation, anchor)
    shown = [position for position in sources if position < extent.before]
    rows = await pool.fetch(SELECT_SOURCES, shown, extent.limit)
    return ExplanationDocument(
        of=of,
        value=None if value is None else plain(value),
        unit="" if name.figure == "drawdown" else valuation.base_asset,
        formula=FORMULA[name.figure],
        journal_position=str(max(valuation.position, *sources, 0)),
        inputs=inputs,
        events=[SourceDocument(position=str(p), type=kind, recorded_at=at) for p, kind, at in rows],
        postings=[],
        fills=[],
        next_cursor=encode_cursor(rows[-1]["position"]) if len(rows) == extent.limit else None,
    )


async def _anchor(pool: Pool, measure: str, valuation: Valuation, until: int) -> Anchor | None:
    """What the figure is measured against; None while nothing was marked."""
    account_id, base_asset = valuation.account_id, valuation.base_asset
    last = await pool.fetchrow(SELECT_LAST_MARK, account_id, until)
    if last is None:
        return None
    if measure == "day_pnl":
        midnight = datetime.combine(last["at"].astimezone(UTC).date(), time(), UTC)
        mark = await pool.fetchrow(SELECT_DAY_MARK, account_id, until, midnight)
    else:
        mark = await pool.fetchrow(SELECT_PEAK_MARK, account_id, until)
    assert mark is not None  # the last mark is of its day, and the first one was a peak
    flows = await pool.fetchrow(SUM_FLOWS, account_id, base_asset, mark["position"], until)
    assert flows is not None  # a sum of nothing is a row too
    return Anchor(mark, flows["moved"], flows["positions"])


def _against(measure: str, equity: Decimal, anchor: Decimal) -> Decimal | None:
    return equity - anchor if measure == "day_pnl" else drawdown(equity, anchor)


def _inputs_of(valuation: Valuation, valued: Valued) -> list[InputDocument]:
    """A total and its price; what is the inverse of another price has that one too."""
    asset, rate, base_asset = valued.balance.asset, valued.rate, valuation.base_asset
    account_id = valuation.account_id
    total = InputDocument(
        name=f"total:{asset}",
        value=valued.balance.total,
        unit=asset,
        of=f"balance:{account_id}:{asset}:total",
    )
    price = InputDocument(
        name=f"price:{asset}",
        value=None if rate is None else plain(rate.value),
        unit=base_asset,
        source=None if rate is None else rate.instrument_id,
        at=None if rate is None else rate.at,
    )
    if rate is None or not rate.is_inverse:
        return [total, price]
    quoted = InputDocument(
        name=f"quoted:{base_asset}",
        value=plain(rate.price),
        unit=asset,
        source=rate.instrument_id,
        at=rate.at,
    )
    return [total, price, quoted]


def _inputs_of_anchor(measure: str, valuation: Valuation, anchor: Anchor | None) -> list[InputDocument]:
    base_asset = valuation.base_asset
    equity = figure("equity", valuation.equity, base_asset, of=f"equity:{valuation.account_id}:equity")
    if anchor is None:
        return [equity]
    whole, part = ("day_open", "day") if measure == "day_pnl" else ("peak", "peak")
    return [
        equity,
        figure(whole, anchor.value, base_asset),
        figure(f"{part}_mark", anchor.mark["equity"], base_asset, position=str(anchor.mark["position"])),
        figure(f"{part}_flows", anchor.moved, base_asset),
    ]
