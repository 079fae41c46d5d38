"""What time it is at a venue."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from tests.support.virtual_time import EPOCH, VirtualClock, run

from tradebook.venues.connections.venue_clock import MEASURE_EVERY_S, VenueClock


class Ahead:
    """A venue whose clock is ahead, and whose answers take a second on each way."""

    def __init__(self, ahead_s: float, clock: VirtualClock) -> None:
        self.ahead = timedelta(seconds=ahead_s)
        self._clock = clock

    async def ask(self) -> datetime:
        await asyncio.sleep(1)
        told = self._clock.now() + self.ahead
        await asyncio.sleep(1)
        return told


@pytest.mark.parametrize("ahead_s", [-3.5, 0.0, 7.25])
def test_the_difference_is_measured_half_way_between_question_and_answer(ahead_s: float) -> None:
    async def main() -> None:
        clock = VirtualClock()
        theirs = VenueClock("venue", clock, Ahead(ahead_s, clock).ask)
        assert theirs.now() == EPOCH
        await theirs.measure()
        assert theirs.skew_s == ahead_s
        assert theirs.now() - clock.now() == timedelta(seconds=ahead_s)

    run(main())


def test_it_is_due_at_first_and_again_after_a_while() -> None:
    async def main() -> None:
        clock = VirtualClock()
        theirs = VenueClock("venue", clock, Ahead(1, clock).ask)
        is_due = [theirs.is_due]
        await theirs.measure()
        is_due.append(theirs.is_due)
        await asyncio.sleep(MEASURE_EVERY_S - 1)
        is_due.append(theirs.is_due)
        await asyncio.sleep(1)
        is_due.append(theirs.is_due)
        assert is_due == [True, False, False, True]

    run(main())


def test_what_cannot_be_measured_changes_nothing() -> None:
    async def fails() -> datetime:
        raise TimeoutError

    async def main() -> None:
        theirs = VenueClock("venue", VirtualClock(), fails)
        with pytest.raises(TimeoutError):
            await theirs.measure()
        assert theirs.is_due
        assert theirs.skew_s == 0

    run(main())
