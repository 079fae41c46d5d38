"""Deadlines: set, moved, forgotten, due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tradebook.matching.deadlines import Deadlines

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def at(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_what_is_due_comes_in_order_of_time_and_then_of_setting() -> None:
    deadlines = Deadlines()
    for key, seconds in (("c", 2), ("a", 1), ("b", 1), ("later", 3)):
        deadlines.set(key, at(seconds))
    assert deadlines.next_at() == at(1)
    assert deadlines.pop_due(at(2)) == ["a", "b", "c"]
    assert deadlines.pop_due(at(2)) == []
    assert deadlines.next_at() == at(3)


def test_a_deadline_can_be_moved_and_forgotten() -> None:
    deadlines = Deadlines()
    deadlines.set("moved", at(1))
    deadlines.set("moved", at(5))
    deadlines.set("gone", at(1))
    deadlines.discard("gone")
    deadlines.discard("never there")
    assert deadlines.pop_due(at(4)) == []
    assert deadlines.pop_due(at(5)) == ["moved"]
    assert deadlines.next_at() is None


def test_deadlines_that_are_met_early_leave_nothing_behind() -> None:
    deadlines = Deadlines()
    for number in range(10_000):
        deadlines.set(str(number), at(number))
        deadlines.discard(str(number))
    assert len(deadlines._heap) < 200
