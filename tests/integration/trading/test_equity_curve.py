"""Equity over time: marks, money from outside, and what is left as profit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from tests.simulation.clients import ACCOUNTS
from tests.support.lived_book import LivedBook, Past, book_of, live

from tradebook.kernel.errors import InvalidInput
from tradebook.trading.views import equity
from tradebook.trading.views.equity import EquityHistory, Period, Point, thinned

ALICE = ACCOUNTS[0]
AT = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def past() -> Past:
    with pytest.MonkeyPatch.context() as monkeypatch:
        return live(11, monkeypatch)


@pytest.fixture
async def book(past: Past, database_url: str) -> AsyncIterator[LivedBook]:
    async with book_of(past, database_url) as book:
        yield book


@pytest.fixture
def curves(book: LivedBook) -> EquityHistory:
    return EquityHistory(book.pool, book.valuer)


def net(flows: list[Any]) -> Decimal:
    signs = {"deposit": 1, "withdrawal": -1}
    return sum((signs[flow.kind] * Decimal(flow.value or 0) for flow in flows), Decimal(0))


async def test_profit_is_what_equity_grew_by_beyond_what_came_from_outside(
    curves: EquityHistory, book: LivedBook
) -> None:
    whole = await curves.curve(ALICE, Period(points=1000))
    assert whole.pnl is not None
    assert Decimal(whole.pnl) == Decimal(whole.closing) - net(whole.flows)
    assert (whole.opening, whole.net_flows) == ("0", str(net(whole.flows)))
    marks = await book.pool.fetch(
        "select position, at, equity from trading.equity_marks where account_id = $1 order by position", ALICE
    )
    shown = {int(point.position): Decimal(point.equity) for point in whole.points}
    assert {mark["position"]: mark["equity"] for mark in marks}.items() <= shown.items()
    assert set(shown) - {mark["position"] for mark in marks} == {int(flow.position) for flow in whole.flows}
    assert {flow.kind for flow in whole.flows} == {"deposit", "withdrawal"}


async def test_profits_of_consecutive_periods_add_up(curves: EquityHistory, past: Past) -> None:
    borders = [None, *(past.events[n].recorded_at for n in (100, 300, 700)), None]
    parts = [
        await curves.curve(ALICE, Period(since=since, until=until)) for since, until in pairwise(borders)
    ]
    whole = await curves.curve(ALICE, Period())
    assert [part.opening for part in parts[1:]] == [part.closing for part in parts[:-1]]
    assert sum(Decimal(part.pnl or "nan") for part in parts) == Decimal(whole.pnl or "nan")
    assert sum(len(part.flows) for part in parts) == len(whole.flows)


async def test_as_of_a_position_nothing_counts_that_was_recorded_later_at_the_same_time(
    curves: EquityHistory,
) -> None:
    whole = await curves.curve(ALICE, Period(points=1000))
    flow = whole.flows[-1]
    before = int(flow.position) - 1
    curve = await curves.curve(ALICE, Period(as_of=before, points=1000))
    assert curve.flows == whole.flows[:-1]
    assert curve.points == [point for point in whole.points if int(point.position) <= before]
    assert curve.closing == curve.points[-1].equity
    later = await curves.curve(ALICE, Period(since=flow.at, as_of=before))
    assert (later.closing, later.flows) == (curve.closing, [])
    with_it = await curves.curve(ALICE, Period(as_of=before + 1, points=1000))
    assert with_it.flows == whole.flows


async def test_a_curve_has_as_many_points_as_are_wanted_and_keeps_its_ends(curves: EquityHistory) -> None:
    whole = await curves.curve(ALICE, Period(points=1000))
    for count in (1, 2, 3, 10, 50):
        part = await curves.curve(ALICE, Period(points=count))
        assert len(part.points) <= count
        assert part.points[-1] == whole.points[-1]
        assert count == 1 or part.points[0] == whole.points[0]
        assert (part.closing, part.pnl) == (whole.closing, whole.pnl)


async def test_an_account_without_marks_has_what_was_paid_in(curves: EquityHistory, book: LivedBook) -> None:
    await book.pool.execute("delete from trading.equity_marks")
    curve = await curves.curve(ALICE, Period())
    assert curve.pnl == "0"
    assert len(curve.points) == len(curve.flows)
    assert curve.points[0].equity == "5000"
    assert curve.closing == curve.net_flows == str(net(curve.flows))


async def test_a_flow_without_a_price_leaves_the_profit_open(curves: EquityHistory, book: LivedBook) -> None:
    await book.pool.execute("delete from market.candles_1m")
    curve = await curves.curve(ALICE, Period())
    coins = [flow.value is None for flow in curve.flows if flow.asset == "BTC"]
    assert coins == [True, *[False] * (len(coins) - 1)]  # the first stands without a rate, as of old
    assert len(coins) > 1
    assert curve.pnl is None


async def test_a_period_with_too_many_flows_is_refused(
    curves: EquityHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(equity, "FLOWS_MAX", 1)
    with pytest.raises(InvalidInput, match="since"):
        await curves.curve(ALICE, Period())


def test_of_each_stretch_of_time_the_last_point_is_kept() -> None:
    points = [Point(n, AT + timedelta(seconds=n), Decimal(n)) for n in range(101)]
    assert [point.position for point in thinned(points, 6)] == [0, 24, 49, 74, 99, 100]
    assert thinned(points[:6], 6) == points[:6]
    assert [point.position for point in thinned(points, 1)] == [100]
