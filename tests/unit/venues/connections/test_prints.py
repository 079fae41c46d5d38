"""A print is told once, in order, under a number of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import Aggressor, Trade
from tradebook.venues.connections.prints import KNOWN_MAX, Prints

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def printed(trade_id: str, sequence: int, *, at_s: float = 0.0) -> Trade:
    return Trade(
        instrument_id=InstrumentId("BTC-USDT.TEST"),
        trade_id=trade_id,
        price=Decimal(1),
        quantity=Decimal(1),
        aggressor=Aggressor.BUY,
        at=NOON + timedelta(seconds=at_s),
        sequence=sequence,
    )


def test_prints_that_share_a_number_get_following_ones() -> None:
    prints = Prints()
    told = prints.take([printed("a", 100), printed("b", 100), printed("c", 100)])
    told += prints.take([printed("d", 101), printed("e", 500)])
    assert [each.sequence for each in told] == [100, 101, 102, 103, 500]


def test_a_print_that_is_told_again_when_a_stream_begins_anew_is_no_news() -> None:
    prints = Prints()
    assert prints.take([printed("a", 1), printed("b", 2)])
    assert [each.trade_id for each in prints.take([printed("b", 2), printed("c", 3)])] == ["c"]


def test_prints_of_long_ago_that_a_stream_begins_with_are_history() -> None:
    told = Prints().take([printed("old", 1, at_s=-60), printed("new", 3), printed("newer", 4, at_s=1)])
    assert [each.trade_id for each in told] == ["new", "newer"]


def test_prints_come_in_the_order_of_their_time() -> None:
    told = Prints().take([printed("b", 2, at_s=1), printed("a", 1)])
    assert [each.trade_id for each in told] == ["a", "b"]


def test_what_is_remembered_is_bounded() -> None:
    prints = Prints()
    for n in range(KNOWN_MAX + 1):
        prints.take([printed(str(n), n)])
    assert prints.take([printed("0", 0)])
    assert not prints.take([printed(str(KNOWN_MAX), 0)])


@given(st.lists(st.lists(st.integers(0, 20), min_size=1, max_size=5), max_size=20))
def test_no_two_prints_have_one_number_whatever_the_venue_says(frames: list[list[int]]) -> None:
    prints, ids = Prints(), iter(range(1000))
    told = [each for frame in frames for each in prints.take([printed(str(next(ids)), n) for n in frame])]
    numbers = [each.sequence for each in told]
    assert numbers == sorted(set(numbers))
    assert len(told) == sum(map(len, frames))
