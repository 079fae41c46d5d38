"""What an account is worth, from balances, prices, and the events that loss limits measure from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from tradebook.kernel.ids import AccountId, Asset
from tradebook.kernel.money import ZERO, divide, plain
from tradebook.trading.views.explain.documents import ExplanationDocument, InputDocument, figure
from tradebook.trading.views.explain.names import FigureName
from tradebook.trading.views.explain.reading import Extent, sources_page
from tradebook.trading.views.explain.values import (
    EQUITY,
    equity_input,
    held_value,
    inputs_of_equity,
    of_contract,
    prices_of,
    total_of,
    worth_of,
)
from tradebook.trading.views.full_account import drawdown
from tradebook.trading.views.valuation import Valuation, Valued

if TYPE_CHECKING:
    from asyncpg import Pool, Record

SELECT_LAST_MARK = """
select position, at, equity from trading.equity_marks
where account_id = $1 and position <= $2 order by position desc limit 1
"""

# The first of the last mark's day: it says what the day opened with.
SELECT_DAY_MARK = """
select position, day_open as value from trading.equity_marks
where account_id = $1 and position <= $2 and at >= $3 order by at, position limit 1
"""

# The last that was a peak. Where none was, the first one says what was paid in before it.
SELECT_PEAK_MARK = """
(select position, peak as value from trading.equity_marks
 where account_id = $1 and position <= $2 and equity = peak order by position desc limit 1)
union
(select position, peak as value from trading.equity_marks
 where account_id = $1 and position <= $2 order by position limit 1)
order by position desc limit 1
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
where p.account_id = $1 and p.ledger_account in ('external', 'differences')
  and p.position > $3 and p.position <= $4
  and f.rate is not null
"""

_AT_RISK = (
    "the sum over all assets but the base asset of (total + unrealised) × price, and over all open contracts "
    "of |market_value| × price of the asset that they settle in, as far as a price is known"
)
FORMULA = {
    "equity": EQUITY,
    "exposure": _AT_RISK,
    "exposure_share": f"exposure / equity to 28 digits; none where equity is zero. exposure: {_AT_RISK}. "
    f"equity: {EQUITY}",
    "held_value": "the sum over all assets of held × price, as far as a price is known",
    "day_pnl": f"equity - day_open. equity: {EQUITY}. day_open: what the first mark of the day says that it "
    "opened with (day_mark): its own equity, or what was paid in before the account's first mark; and what "
    "was deposited and withdrawn since then, in the base asset at the rates recorded with it (day_flows)",
    "drawdown": "(peak - equity) / peak to 28 digits; none where the peak is not positive. "
    f"equity: {EQUITY}. peak: the highest equity that was marked, or what was paid in before the first "
    "mark (peak_mark), and what was deposited and withdrawn since then, in the base asset at the rates "
    "recorded with it (peak_flows)",
}


class Anchor(NamedTuple):
    """A figure that loss limits measure from: a mark, and the flows that moved it since."""

    last: Record
    """The last mark, which limits compare."""
    mark: Record
    moved: Decimal
    flows: list[int]

    @property
    def value(self) -> Decimal:
        """Where it stands."""
        marked: Decimal = self.mark["value"]
        return marked + self.moved

    @property
    def sources(self) -> list[int]:
        """Where the events stand that make it."""
        return [self.mark["position"], *self.flows]


async def explain_equity(
    pool: Pool, of: str, name: FigureName, valuation: Valuation, extent: Extent
) -> ExplanationDocument:
    """All balances in the base asset, and where asked for what that is measured against."""
    anchor = None
    if name.figure in ("day_pnl", "drawdown"):
        anchor = await anchor_of(pool, name.figure, valuation.account_id, valuation.base_asset, extent.until)
        value = None if anchor is None else _against(name.figure, valuation.equity, anchor.value)
        inputs = [*inputs_of_equity(valuation), *_inputs_of_anchor(name.figure, valuation, anchor)]
    else:
        value, inputs = _of_all(name.figure, valuation), _inputs_of_all(name.figure, valuation)
    sources = [] if anchor is None else anchor.sources
    events, next_cursor = await sources_page(pool, sources, extent)
    return ExplanationDocument(
        of=of,
        value=None if value is None else plain(value),
        unit="" if name.figure in ("drawdown", "exposure_share") else valuation.base_asset,
        formula=FORMULA[name.figure],
        journal_position=str(max(valuation.position, *sources, 0)),
        inputs=inputs,
        events=events,
        postings=[],
        fills=[],
        next_cursor=next_cursor,
    )


def _of_all(measure: str, valuation: Valuation) -> Decimal | None:
    """A sum over the account's assets, or its share of the whole."""
    if measure == "equity":
        return valuation.equity
    if measure == "held_value":
        return sum((held_value(each) or ZERO for each in valuation.items), ZERO)
    exposure = sum((each.value or ZERO for each in _at_risk(valuation)), ZERO) + _in_contracts(valuation)
    if measure == "exposure":
        return exposure
    return divide(exposure, valuation.equity) if valuation.equity else None


def _at_risk(valuation: Valuation) -> list[Valued]:
    """What could move with the market: everything but the base asset."""
    return [each for each in valuation.items if each.balance.asset != valuation.base_asset]


def _in_contracts(valuation: Valuation) -> Decimal:
    """What open contracts are a bet on, whichever way, in the base asset."""
    marked = [(valued, each.at_mark) for valued in valuation.items for each in valued.contracts]
    return sum((valued.in_base(at.value) or ZERO for valued, at in marked if at is not None), ZERO)


def _inputs_of_all(measure: str, valuation: Valuation) -> list[InputDocument]:
    match measure:
        case "equity":
            return inputs_of_equity(valuation)
        case "exposure_share":
            equity = [*inputs_of_equity(valuation), equity_input(valuation)]
            return [*equity, *_inputs_of_contracts(valuation)]
        case "held_value":
            return [
                each
                for valued in valuation.items
                for each in (total_of(valuation, valued, "held"), *prices_of(valuation, valued))
            ]
    owned = [each for valued in _at_risk(valuation) for each in worth_of(valuation, valued)]
    return [*owned, *_inputs_of_contracts(valuation)]


def _inputs_of_contracts(valuation: Valuation) -> Iterator[InputDocument]:
    for valued in valuation.items:
        for each in valued.contracts:
            value = None if each.at_mark is None else each.at_mark.value.copy_sign(each.held.quantity)
            yield of_contract(valuation, each, "market_value", "market_value", value)
        if valued.contracts and valued.balance.asset == valuation.base_asset:
            yield from prices_of(valuation, valued)


async def anchor_of(
    pool: Pool, measure: str, account_id: AccountId, base_asset: Asset, until: int
) -> Anchor | None:
    """What a ``day_pnl`` or else a drawdown is measured against; None while nothing was marked."""
    last = await pool.fetchrow(SELECT_LAST_MARK, account_id, until)
    if last is None:
        return None
    if measure == "day_pnl":
        midnight = datetime.combine(last["at"].astimezone(UTC).date(), time(), UTC)
        mark = await pool.fetchrow(SELECT_DAY_MARK, account_id, until, midnight)
    else:
        mark = await pool.fetchrow(SELECT_PEAK_MARK, account_id, until)
    assert mark is not None  # the last mark is of its day, and one of the marks told the peak
    flows = await pool.fetchrow(SUM_FLOWS, account_id, base_asset, mark["position"], until)
    assert flows is not None  # a sum of nothing is a row too
    return Anchor(last, mark, flows["moved"], flows["positions"])


def _against(measure: str, equity: Decimal, anchor: Decimal) -> Decimal | None:
    return equity - anchor if measure == "day_pnl" else drawdown(equity, anchor)


def _inputs_of_anchor(measure: str, valuation: Valuation, anchor: Anchor | None) -> list[InputDocument]:
    base_asset = valuation.base_asset
    equity = equity_input(valuation)
    if anchor is None:
        return [equity]
    whole, part = ("day_open", "day") if measure == "day_pnl" else ("peak", "peak")
    return [
        equity,
        figure(whole, anchor.value, base_asset),
        figure(f"{part}_mark", anchor.mark["value"], base_asset, position=str(anchor.mark["position"])),
        figure(f"{part}_flows", anchor.moved, base_asset),
    ]
