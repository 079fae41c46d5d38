from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradebook.kernel import rates
from tradebook.kernel.rates import Rates


def take(given_: Rates, caller: str, count: int, now_s: float, per_minute: int = 60) -> float:
    return given_.take(caller, count, per_minute=per_minute, now_s=now_s)


def test_a_minutes_worth_can_be_spent_at_once_and_comes_back_evenly() -> None:
    bucket = Rates()
    assert take(bucket, "a", 59, 1000.0) == take(bucket, "a", 1, 1000.0) == 0
    assert take(bucket, "a", 2, 1000.5) == pytest.approx(1.5)
    assert take(bucket, "a", 2, 1002.0) == 0
    assert take(bucket, "b", 60, 1002.0) == 0


def test_a_clock_that_steps_back_gives_and_takes_nothing() -> None:
    bucket = Rates()
    assert take(bucket, "a", 1, 1000.0, per_minute=1) == 0
    assert take(bucket, "a", 1, 900.0, per_minute=1) > 0
    assert take(bucket, "a", 1, 1060.0, per_minute=1) == 0


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(1, 4)), max_size=200), st.integers(1, 30))
def test_never_more_than_two_minutes_worth_in_any_minute(
    asked: list[tuple[float, int]], per_minute: int
) -> None:
    bucket, now_s, granted = Rates(), 1000.0, []
    for pause_s, count in asked:
        now_s += pause_s
        if not take(bucket, "a", count, now_s, per_minute):
            granted.append((now_s, count))
    for start, _ in granted:
        assert sum(count for at, count in granted if start <= at < start + 60) <= 2 * per_minute


def test_the_memory_is_bounded_and_keeps_those_who_spent_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "CALLERS_MAX", 4)
    bucket = Rates()
    for n in range(10):
        take(bucket, f"caller-{n}", 1, 0.0)
    take(bucket, "busy", 60, 0.0)
    take(bucket, "another", 1, 0.0)
    assert len(bucket._full_at) <= 4
    assert take(bucket, "busy", 1, 0.0) > 0
