"""Delays between attempts."""

from __future__ import annotations

from random import Random

import pytest

from tradebook.venues.connections.backoff import Backoff


def test_each_failure_doubles_the_delay_and_half_of_it_is_chance() -> None:
    backoff = Backoff(Random(1), first_s=1, max_s=8)
    for bound in (1, 2, 4, 8, 8, 8):
        assert bound / 2 <= backoff.next_s() <= bound


def test_what_went_well_begins_anew() -> None:
    backoff = Backoff(Random(1), first_s=1, max_s=60)
    for _ in range(100):
        assert backoff.next_s() <= 60
    backoff.reset()
    assert backoff.next_s() <= 1


@pytest.mark.parametrize("seed", range(5))
def test_two_who_lost_the_same_venue_do_not_return_together(seed: int) -> None:
    one, other = Backoff(Random(seed)), Backoff(Random(seed + 100))
    assert [one.next_s() for _ in range(5)] != [other.next_s() for _ in range(5)]
