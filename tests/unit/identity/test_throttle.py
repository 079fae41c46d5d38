from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.identity import NOON

from tradebook.identity import throttle
from tradebook.identity.principal import Principal, Role
from tradebook.identity.throttle import AttemptThrottle, RequestRates, network_of
from tradebook.kernel.errors import RateLimited
from tradebook.kernel.ids import UserId


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
    attempts, rates = AttemptThrottle(), RequestRates()
    for n in range(10):
        attempts.attempt(f"subject-{n}", NOON)
        rates.take(principal(actor=f"user:{n}"), 0.0)
    assert len(attempts._attempts) == len(rates._buckets) == 3


def test_an_ipv6_caller_is_their_whole_network() -> None:
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9")
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")
    assert network_of("not an address") == "not an address"


def principal(*, actor: str = "user:1", requests_per_minute: int = 60) -> Principal:
    return Principal(
        actor=actor,
        user_id=UserId("1"),
        role=Role.VIEWER,
        scopes=frozenset(),
        parties=None,
        expires_at=NOON,
        requests_per_minute=requests_per_minute,
    )


def test_a_minutes_requests_can_be_spent_at_once_and_come_back_evenly() -> None:
    rates = RequestRates()
    for _ in range(60):
        rates.take(principal(), 1000.0)
    with pytest.raises(RateLimited) as refusal:
        rates.take(principal(), 1000.0)
    assert refusal.value.retry_after_s == 1
    rates.take(principal(), 1001.0)
    with pytest.raises(RateLimited):
        rates.take(principal(), 1001.0)


def test_a_clock_that_steps_back_gives_and_takes_nothing() -> None:
    rates = RequestRates()
    rates.take(principal(requests_per_minute=1), 1000.0)
    with pytest.raises(RateLimited):
        rates.take(principal(requests_per_minute=1), 900.0)
