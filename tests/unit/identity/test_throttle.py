from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.identity import NOON

from tradebook.identity import throttle
from tradebook.identity.throttle import AttemptThrottle, network_of
from tradebook.kernel.errors import RateLimited


def test_the_sixth_attempt_within_five_minutes_is_refused_and_says_when_to_come_back() -> None:
    attempts = AttemptThrottle()
    for second in range(5):
        attempts.attempt("ada", NOON + timedelta(seconds=second))
    with pytest.raises(RateLimited) as refusal:
        attempts.attempt("ada", NOON + timedelta(seconds=10))
    assert refusal.value.retry_after_s == 290
    attempts.attempt("bob", NOON + timedelta(seconds=10))
    attempts.attempt("ada", NOON + timedelta(minutes=5))


def test_a_forgiven_attempt_does_not_count() -> None:
    attempts = AttemptThrottle(limit=1)
    attempts.attempt("ada", NOON)
    attempts.forgive("ada", NOON)
    assert attempts.attempt("ada", NOON) == 1


@given(st.lists(st.integers(0, 1200), max_size=60))
def test_no_window_ever_holds_more_than_the_limit(seconds: list[int]) -> None:
    attempts, granted = AttemptThrottle(), []
    for second in sorted(seconds):
        try:
            attempts.attempt("ada", NOON + timedelta(seconds=second))
        except RateLimited:
            continue
        granted.append(second)
    for start in granted:
        assert sum(start <= second < start + 300 for second in granted) <= 5


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "CALLERS_MAX", 3)
    attempts = AttemptThrottle()
    for n in range(10):
        attempts.attempt(f"subject-{n}", NOON)
    assert len(attempts._attempts) == 3


def test_an_ipv6_caller_is_their_whole_network() -> None:
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9")
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")
    assert network_of("not an address") == "not an address"
