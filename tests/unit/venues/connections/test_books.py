"""A book is the venue's, or it is not shown."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tradebook.kernel.ids import InstrumentId
from tradebook.market.book import VisibleBook
from tradebook.market.values import BookUpdate, Level
from tradebook.venues.connections.books import BookInStep
from tradebook.venues.messages.market import BookChange

BTC = InstrumentId("BTC-USDT.BINANCE")
NOW = datetime(2026, 1, 5, tzinfo=UTC)


def book(sequence: int, *bids: tuple[str, str], snapshot: bool = False) -> BookUpdate:
    levels = tuple(Level(price=Decimal(price), size=Decimal(size)) for price, size in bids)
    return BookUpdate(
        instrument_id=BTC, bids=levels, asks=(), is_snapshot=snapshot, at=NOW, sequence=sequence
    )


def change(first: int, last: int, *bids: tuple[str, str], previous: int | None = None) -> BookChange:
    return BookChange(update=book(last, *bids), first=first, previous=previous)


def test_changes_wait_for_the_snapshot_and_those_in_it_are_left_out() -> None:
    kept = BookInStep(BTC)
    assert not kept.change(change(1, 4, ("10", "1")))
    assert not kept.change(change(5, 8, ("10", "2")))
    assert not kept.change(change(9, 9, ("11", "3")))
    whole = book(6, ("10", "1.5"), snapshot=True)
    assert kept.snapshot(whole) == [whole, book(8, ("10", "2")), book(9, ("11", "3"))]
    assert kept.is_in_step


def test_a_snapshot_older_than_what_is_known_is_not_believed() -> None:
    kept = BookInStep(BTC)
    kept.change(change(20, 24))
    assert not kept.snapshot(book(15, snapshot=True))
    assert not kept.is_in_step
    assert kept.snapshot(book(19, snapshot=True))
    assert kept.is_in_step


def test_a_missing_change_empties_the_book_until_the_next_snapshot() -> None:
    kept = BookInStep(BTC)
    kept.snapshot(book(10, ("10", "1"), snapshot=True))
    assert kept.change(change(11, 12, ("10", "2")))
    emptied = kept.change(change(14, 15, ("10", "3")))
    assert emptied == (book(12, snapshot=True),)
    assert not kept.is_in_step
    assert kept.gaps == 1
    assert kept.snapshot(book(14, ("10", "2.5"), snapshot=True))[-1] == book(15, ("10", "3"))


def test_a_change_told_twice_changes_nothing() -> None:
    kept = BookInStep(BTC)
    kept.snapshot(book(10, snapshot=True))
    assert kept.change(change(11, 12))
    assert not kept.change(change(11, 12))
    assert kept.is_in_step


def test_where_the_venue_tells_the_change_before_that_decides() -> None:
    kept = BookInStep(BTC)
    kept.snapshot(book(10, snapshot=True))
    assert kept.change(change(8, 15, previous=7))  # the first only has to reach over the snapshot
    assert kept.change(change(30, 31, previous=15))
    assert kept.change(change(32, 33, previous=30))[0].is_snapshot
    assert not kept.is_in_step


def test_a_first_change_that_begins_beyond_the_snapshot_follows_where_it_names_it() -> None:
    kept = BookInStep(BTC)
    kept.change(change(157, 160, ("10", "1"), previous=149))
    whole = book(149, snapshot=True)
    assert kept.snapshot(whole) == [whole, book(160, ("10", "1"))]
    assert kept.is_in_step


def test_what_waited_before_a_break_is_not_joined_to_what_comes_after_it() -> None:
    kept = BookInStep(BTC)
    kept.change(change(11, 12, ("10", "1")))
    assert not kept.lose(NOW)
    assert kept.losses == 1
    whole = book(10, snapshot=True)
    assert kept.snapshot(whole) == [whole]


def test_a_lost_connection_empties_the_book_once() -> None:
    kept = BookInStep(BTC)
    assert not kept.lose(NOW)
    kept.snapshot(book(10, ("10", "1"), snapshot=True))
    assert kept.lose(NOW)[0].is_snapshot
    assert not kept.lose(NOW)


def counted(number: int, sequence: int, *bids: tuple[str, str], snapshot: bool = False) -> BookChange:
    """As of a venue whose books count by themselves, and whose engine stamps them all."""
    return BookChange(update=book(sequence, *bids, snapshot=snapshot), first=number, last=number)


def test_a_book_that_counts_by_itself_is_followed_by_its_counter_and_not_by_the_engines() -> None:
    kept = BookInStep(BTC)
    begun = counted(7, 1000, ("10", "1"), snapshot=True)
    assert kept.change(begun) == (begun.update,)
    following = counted(8, 1500, ("10", "2"))
    assert kept.change(following) == (following.update,)
    emptied = kept.change(counted(10, 1501, ("10", "3")))
    assert emptied == (book(1500, snapshot=True),)
    assert kept.gaps == 1
    assert not kept.is_in_step


def test_a_venue_that_begins_to_count_anew_with_the_whole_book_is_believed() -> None:
    kept = BookInStep(BTC)
    kept.change(counted(70_000, 1000, ("10", "1"), snapshot=True))
    restarted = counted(1, 2000, ("11", "1"), snapshot=True)
    assert kept.change(restarted) == (restarted.update,)
    assert kept.change(counted(2, 2001, ("11", "2")))
    assert kept.gaps == 0


def test_what_waited_for_a_book_that_is_streamed_anew_is_in_it() -> None:
    kept = BookInStep(BTC)
    assert not kept.change(counted(5, 100, ("10", "1")))
    assert not kept.change(counted(6, 101, ("10", "2")))
    begun = counted(7, 102, ("10", "3"), snapshot=True)
    assert kept.change(begun) == (begun.update,)


@given(
    sizes=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3)), min_size=1, max_size=40),
    lost=st.sets(st.integers(0, 39)),
    asked_at=st.integers(0, 39),
)
def test_whatever_is_lost_what_is_shown_is_the_venues_book_or_nothing(
    sizes: list[tuple[int, int]], lost: set[int], asked_at: int
) -> None:
    theirs, ours, kept = VisibleBook(), VisibleBook(), BookInStep(BTC)
    for number, (price, size) in enumerate(sizes, start=1):
        told = change(number, number, (str(price), str(size)))
        theirs.apply(told.update)
        shown = [] if number - 1 in lost else list(kept.change(told))
        if number - 1 >= asked_at and not kept.is_in_step:
            bids, _ = theirs.best(100)
            levels = [(str(each.price), str(each.size)) for each in bids]
            shown += kept.snapshot(book(number, *levels, snapshot=True))
        for update in shown:
            if update.is_snapshot:
                ours = VisibleBook()
            ours.apply(update)
        if kept.is_in_step and number - 1 not in lost:
            assert ours.best(100) == theirs.best(100)
        if not kept.is_in_step:
            assert not ours.best(100)[0]
