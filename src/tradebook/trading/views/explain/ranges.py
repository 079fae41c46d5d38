"""Profit and loss of a range of time: what it opened with, what flowed, what there is at its end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import Asset
from tradebook.kernel.money import plain
from tradebook.trading.views.equity import EquityHistory, Flow, Period, Stretch
from tradebook.trading.views.explain.documents import ExplanationDocument, InputDocument, figure
from tradebook.trading.views.explain.names import FigureName
from tradebook.trading.views.explain.reading import SELECT_POSTINGS, Extent, sources_page
from tradebook.trading.views.explain.values import EQUITY, equity_input, inputs_of_equity
from tradebook.trading.views.ledger import posting_of
from tradebook.trading.views.valuation import Valuation

if TYPE_CHECKING:
    from asyncpg import Pool

_FLOWS = (
    "each flow is its amount × the rate it was recorded with, else the price recorded then (rate); a deposit "
    "adds, a withdrawal takes, and what was adopted of a venue's balance is one or the other"
)
_OPENING = (
    f"opening_mark + opening_flows: the last equity marked before the range, and the flows since; {_FLOWS}"
)
_NET_FLOWS = f"the sum of the range's deposits minus its withdrawals in the base asset; {_FLOWS}"
FORMULA = {
    "opening": _OPENING,
    "net_flows": _NET_FLOWS,
    "pnl": "closing - opening - net_flows; none where a flow has no known value. opening: opening_mark + "
    f"opening_flows. net_flows: the range's deposits minus its withdrawals. closing: {EQUITY}",
}


def range_start(name: FigureName) -> datetime | None:
    """When the range begins; None: with the account. Raises InvalidInput."""
    if not name.subject:
        return None
    try:
        since = datetime.fromisoformat(name.subject)
        if since.tzinfo is not None:
            return since.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InvalidInput("of", f"{name.subject[:64]!r} is no time", "write it like 2026-01-31T12:00:00Z")


async def explain_range(
    pool: Pool,
    of: str,
    name: FigureName,
    extent: Extent,
    *,
    history: EquityHistory,
    valuation: Valuation,
) -> ExplanationDocument:
    """The range from its start to what the account is worth at the moment of the valuation.

    Raises InvalidInput for a range with more flows than a curve may have.
    """
    period = Period(since=range_start(name), as_of=extent.until)
    stretch = await history.stretch(valuation.account_id, period)
    sources = _sources(name.figure, stretch)
    events, next_cursor = await sources_page(pool, sources, extent)
    rows = await pool.fetch(SELECT_POSTINGS, valuation.account_id, [int(each.position) for each in events])
    value = _value(name.figure, stretch, valuation.equity)
    newest = valuation.position if name.figure == "pnl" else 0
    return ExplanationDocument(
        of=of,
        value=None if value is None else plain(value),
        unit=valuation.base_asset,
        formula=FORMULA[name.figure],
        journal_position=str(max(newest, *sources, 0)),
        inputs=_inputs(name, stretch, valuation),
        events=events,
        postings=[posting_of(valuation.account_id, row) for row in rows],
        fills=[],
        next_cursor=next_cursor,
    )


def _value(measure: str, stretch: Stretch, closing: Decimal) -> Decimal | None:
    match measure:
        case "opening":
            return stretch.opening.equity
        case "net_flows":
            return stretch.net_flows
    return stretch.pnl(closing)


def _sources(measure: str, stretch: Stretch) -> list[int]:
    """Where the events stand behind the figure, other than those behind the closing."""
    mark, *_ = stretch.opening.mark
    opening = [each.position for each in stretch.opening.flows] + ([mark] if mark else [])
    within = [each.position for each in stretch.flows]
    return {"opening": opening, "net_flows": within}.get(measure, within + opening)


def _inputs(name: FigureName, stretch: Stretch, valuation: Valuation) -> list[InputDocument]:
    base, opening = stretch.base_asset, stretch.opening
    of = f"range:{name.owner}:{name.subject}"
    opened = [
        figure("opening_mark", opening.mark.equity, base, position=_text(opening.mark.position)),
        figure("opening_flows", opening.equity - opening.mark.equity, base),
        *_inputs_of(opening.flows, base),
    ]
    flowed = list(_inputs_of(stretch.flows, base))
    if name.figure == "opening":
        return opened
    if name.figure == "net_flows":
        return flowed
    return [
        equity_input(valuation, "closing"),
        figure("opening", opening.equity, base, of=f"{of}:opening"),
        figure("net_flows", stretch.net_flows, base, of=f"{of}:net_flows"),
        *opened,
        *flowed,
        *inputs_of_equity(valuation),
    ]


def _inputs_of(flows: Iterable[Flow], base: Asset) -> Iterable[InputDocument]:
    """What came or went, and where that was not the base asset, at what rate."""
    for flow in flows:
        position = str(flow.position)
        yield figure(f"flow:{position}", flow.amount, flow.asset, position=position)
        if flow.asset != base:
            rate = flow.rate
            yield InputDocument(
                name=f"rate:{position}",
                value=None if rate is None else plain(rate.value),
                unit=base,
                source=None if rate is None else rate.instrument_id,
                at=None if rate is None else rate.at,
            )


def _text(position: int) -> str | None:
    return str(position) if position else None
