"""How an account's equity moved, and how much of that was money from outside.

The curve is made of the equity marks that were journaled, and of deposits and withdrawals, which move equity
by what they are worth; what a person adopted of a venue's balance counts as one of them. Where nothing was
marked yet, there are only those. Money from outside is neither profit nor loss, hence::

    net_flows = Σ value of deposits - Σ value of withdrawals in the period
    pnl       = closing - opening - net_flows

``opening`` is the equity right before the period (zero before the account's first event), ``closing`` that at
its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import AccountId, Asset
from tradebook.kernel.money import ZERO, multiply, plain
from tradebook.market.recorded import Rate
from tradebook.trading.views.valuation import Valuer

if TYPE_CHECKING:
    from asyncpg import Pool, Record

FLOWS_MAX = 1_000
POINTS_MAX = 1_000
_FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
_NEVER = datetime(1, 1, 2, tzinfo=UTC)
_NEWEST = 2**63 - 1

# The last mark before the period: its opening.
SELECT_ANCHOR = """
select position, at, equity from trading.equity_marks
where account_id = $1 and at < $2 and position <= $3 order by at desc, position desc limit 1
"""

# Of each stretch of time the last mark, and the very first one.
SELECT_MARKS = """
with marks as (
    select position, at, equity from trading.equity_marks
    where account_id = $1 and at >= $2 and at < $3 and position <= $5
), ends as (
    select extract(epoch from min(at)) as low, extract(epoch from max(at)) as high, min(position) as first
    from marks
)
select position, at, equity from marks where position in (
    select first from ends
    union
    select max(position) from marks, ends
    group by case when high > low then width_bucket(extract(epoch from at), low, high, $4) end)
order by position
"""

# Each deposit and withdrawal behind the anchor, and what was adopted of a venue's balance, with the last mark
# before it.
SELECT_FLOWS = """
select p.position, p.asset, -p.amount as amount, f.at,
       f.rate, coalesce(m.position, 0) as mark_position, coalesce(m.equity, 0) as mark_equity
from trading.ledger_postings p
cross join lateral (
    select (e.data::jsonb ->> 'at')::timestamptz as at, (e.data::jsonb ->> 'rate')::numeric as rate
    from journal.events e where e.position = p.position
) f
left join lateral (
    select position, equity from trading.equity_marks m
    where m.account_id = p.account_id and m.position < p.position order by m.position desc limit 1
) m on true
where p.account_id = $1 and p.ledger_account in ('external', 'differences')
  and p.position > $2 and f.at < $3 and p.position <= $5
order by p.position limit $4
"""


class FlowKind(StrEnum):
    """Which way money went."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"


class EquityPointDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Equity right after an event."""

    at: datetime
    position: str
    equity: str


class FlowDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Money from outside or to it."""

    at: datetime
    position: str
    kind: FlowKind
    asset: str
    amount: str
    """What moved; never negative."""
    value: str | None
    """What that was worth in the base asset at the price it was recorded with, else at the market's recorded
    price of then; null where there was none."""


class EquityCurveDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Equity in the base asset over a period; pnl = closing - opening - net_flows."""

    account_id: str
    base_asset: str
    points: list[EquityPointDocument]
    """Oldest first."""
    flows: list[FlowDocument]
    """Oldest first."""
    opening: str
    """Right before the period."""
    closing: str
    net_flows: str
    """Deposits minus withdrawals in the period, as far as their value is known."""
    pnl: str | None
    """Null where a deposit or a withdrawal has no known value."""


class Point(NamedTuple):
    """Equity right after the event at a position."""

    position: int
    at: datetime
    equity: Decimal


class Flow(NamedTuple):
    """A deposit (positive) or a withdrawal (negative), and the last mark before it."""

    position: int
    at: datetime
    asset: Asset
    amount: Decimal
    rate: Rate | None
    """What one of it was worth in the base asset."""
    mark_position: int
    mark_equity: Decimal

    @property
    def value(self) -> Decimal | None:
        """In the base asset, as far as its rate is known."""
        return None if self.rate is None else multiply(self.amount, self.rate.value)


class Opening(NamedTuple):
    """Where a period begins: the last mark before it, and what came and went between the two."""

    mark: Point
    flows: Sequence[Flow]

    @property
    def equity(self) -> Decimal:
        """A flow of unknown value moves nothing."""
        return self.mark.equity + sum((each.value or ZERO for each in self.flows), ZERO)


class Stretch(NamedTuple):
    """What a period's profit is measured by: how it opened, and money from outside and to it since."""

    base_asset: Asset
    opening: Opening
    flows: Sequence[Flow]

    @property
    def net_flows(self) -> Decimal:
        """Deposits minus withdrawals in the period, as far as their value is known."""
        return sum((each.value or ZERO for each in self.flows), ZERO)

    def pnl(self, closing: Decimal) -> Decimal | None:
        """closing - opening - net_flows; None where a flow has no known value."""
        if any(each.value is None for each in (*self.opening.flows, *self.flows)):
            return None
        return closing - self.opening.equity - self.net_flows


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """Which stretch of the market's time is wanted (``until`` is exclusive), and in how many points.

    Several events can share one time: as of a position, nothing counts that the journal has behind it.
    """

    since: datetime | None = None
    until: datetime | None = None
    as_of: int | None = None
    points: int = 300


class EquityHistory:
    """Reads the curve. Access is checked by the caller."""

    def __init__(self, pool: Pool, valuer: Valuer) -> None:
        self._pool = pool
        self._valuer = valuer

    async def curve(self, account_id: AccountId, period: Period) -> EquityCurveDocument:
        """The account's equity over the period.

        Raises InvalidInput for a period with more than FLOWS_MAX deposits and withdrawals.
        """
        since, until = period.since or _NEVER, period.until or _FOREVER
        stretch = await self.stretch(account_id, period)
        rows = await self._pool.fetch(
            SELECT_MARKS, account_id, since, until, max(period.points - 1, 1), _last(period)
        )
        marks = [Point(**dict(each)) for each in rows]
        flows = [*stretch.opening.flows, *stretch.flows]
        points = sorted([*marks, *(Point(f.position, f.at, equity_after(f, flows)) for f in stretch.flows)])
        opening = stretch.opening.equity
        closing = points[-1].equity if points else opening
        pnl = stretch.pnl(closing)
        return EquityCurveDocument(
            account_id=account_id,
            base_asset=stretch.base_asset,
            points=[_point(each) for each in thinned(points, period.points)],
            flows=[_flow(each) for each in stretch.flows],
            opening=plain(opening),
            closing=plain(closing),
            net_flows=plain(stretch.net_flows),
            pnl=None if pnl is None else plain(pnl),
        )

    async def stretch(self, account_id: AccountId, period: Period) -> Stretch:
        """How the period opened and what flowed in it. Raises as ``curve`` does."""
        since, until = period.since or _NEVER, period.until or _FOREVER
        base_asset = await self._valuer.base_asset(account_id)
        row = await self._pool.fetchrow(SELECT_ANCHOR, account_id, since, _last(period))
        anchor = Point(**dict(row)) if row is not None else Point(0, _NEVER, ZERO)
        flows = await self._flows(account_id, base_asset, anchor.position, until, _last(period))
        before = [each for each in flows if each.at < since]
        return Stretch(base_asset, _opening(anchor, before), [each for each in flows if each.at >= since])

    async def _flows(
        self, account_id: AccountId, base_asset: Asset, after: int, until: datetime, last: int
    ) -> list[Flow]:
        rows = await self._pool.fetch(SELECT_FLOWS, account_id, after, until, FLOWS_MAX + 1, last)
        if len(rows) > FLOWS_MAX:
            raise InvalidInput(
                "since", f"more than {FLOWS_MAX} deposits and withdrawals", "ask for a shorter time"
            )
        rates = await self._valuer.flow_rates(
            base_asset, [(Asset(row["asset"]), row["at"], row["rate"]) for row in rows]
        )
        return [_flow_of(row, rate) for row, rate in zip(rows, rates, strict=True)]


def equity_after(flow: Flow, flows: Sequence[Flow]) -> Decimal:
    """The last mark before the flow, and what came and went since: a flow of unknown value moves nothing."""
    since_mark = (each for each in flows if flow.mark_position < each.position <= flow.position)
    return flow.mark_equity + sum((each.value or ZERO for each in since_mark), ZERO)


def thinned(points: Sequence[Point], count: int) -> list[Point]:
    """At most ``count`` of them: the first, the last, and the last of each stretch of time between."""
    if len(points) <= count:
        return list(points)
    first, last = points[0], points[-1]
    if count < 3:
        return [first, last][-count:]
    whole = max((last.at - first.at).total_seconds(), 1e-6)
    stretches: dict[int, Point] = {}
    for point in points[1:-1]:
        place = int((point.at - first.at).total_seconds() / whole * (count - 2))
        stretches[min(max(place, 0), count - 3)] = point
    return [first, *(stretches[place] for place in sorted(stretches)), last]


def _last(period: Period) -> int:
    return _NEWEST if period.as_of is None else period.as_of


def _opening(anchor: Point, before: Sequence[Flow]) -> Opening:
    """From the last mark before the last flow, which may stand behind the anchor."""
    if not before:
        return Opening(anchor, [])
    last = before[-1]
    mark = Point(last.mark_position, anchor.at, last.mark_equity)
    return Opening(mark, [each for each in before if each.position > last.mark_position])


def _flow_of(row: Record, rate: Rate | None) -> Flow:
    return Flow(
        position=row["position"],
        at=row["at"],
        asset=Asset(row["asset"]),
        amount=row["amount"],
        rate=rate,
        mark_position=row["mark_position"],
        mark_equity=row["mark_equity"],
    )


def _point(point: Point) -> EquityPointDocument:
    return EquityPointDocument(at=point.at, position=str(point.position), equity=plain(point.equity))


def _flow(flow: Flow) -> FlowDocument:
    return FlowDocument(
        at=flow.at,
        position=str(flow.position),
        kind=FlowKind.DEPOSIT if flow.amount > 0 else FlowKind.WITHDRAWAL,
        asset=flow.asset,
        amount=plain(abs(flow.amount)),
        value=None if flow.value is None else plain(abs(flow.value)),
    )
