"""What is wrong with a market is told in a line, the gravest first."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from tradebook.venues.connections.health import ConnectionHealth, ConnectionState, MarketHealth

CONNECTION = ConnectionHealth(
    name="Test 1",
    state=ConnectionState.OPEN,
    since=datetime(2026, 1, 5, tzinfo=UTC),
    heard_at=None,
    streams=3,
    losses=0,
    last_problem="",
)
WELL = MarketHealth(
    name="Test",
    connections=(CONNECTION,),
    instruments=1,
    books_out_of_step=0,
    book_gaps=0,
    undecodable=0,
    last_problem="long ago",
)


def problem(**changed: object) -> str:
    return msgspec.structs.replace(WELL, **changed).problem()


def test_what_is_well_has_no_problem() -> None:
    assert problem() == ""


def test_a_refused_stream_is_a_problem_before_the_books_that_wait_for_it() -> None:
    told = problem(refused=("trades:BTC (no)", "bbo:BTC (no)"), books_out_of_step=1, silent=("x",))
    assert told == "Test refuses trades:BTC (no) and 1 more"


def test_a_book_that_waits_is_a_problem_before_a_stream_that_is_silent() -> None:
    assert problem(books_out_of_step=2, silent=("x",)) == "Test: 2 order books wait for a snapshot"
    assert problem(silent=("quotes of BTC",)) == "Test: nothing comes on quotes of BTC"
