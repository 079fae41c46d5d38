"""What a venue still lets us ask."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.virtual_time import VirtualClock, run

from tradebook.venues.connections.limits import AskedTooMuch, Limiter, VenueBusy, at_leisure
from tradebook.venues.messages.limits import Budget, Used

WEIGHT = "REQUEST_WEIGHT"
PER_MINUTE = Budget(kind=WEIGHT, interval_s=60, limit=100)


def test_a_tenth_of_the_budget_is_left_to_others() -> None:
    async def main() -> None:
        limiter = Limiter("binance", VirtualClock(), [PER_MINUTE])
        await limiter.take(WEIGHT, 90)
        with pytest.raises(VenueBusy):
            await limiter.take(WEIGHT, 1, patience_s=30)

    run(main())


def test_who_is_patient_gets_room_when_the_minute_turns() -> None:
    async def main() -> None:
        clock = VirtualClock()
        limiter = Limiter("binance", clock, [PER_MINUTE])
        await limiter.take(WEIGHT, 90)
        began = clock.now()
        await limiter.take(WEIGHT, 50, patience_s=90)
        assert 0 < (clock.now() - began).total_seconds() <= 60
        assert clock.now().second == 0

    run(main())


def test_who_is_at_leisure_leaves_half_to_those_who_are_not_and_waits_for_the_other() -> None:
    async def main() -> None:
        clock = VirtualClock()
        limiter = Limiter("binance", clock, [PER_MINUTE])
        began = clock.now()
        with at_leisure(most=3):
            await limiter.take(WEIGHT, 45)
            waits = asyncio.create_task(limiter.take(WEIGHT, 1))
        await limiter.take(WEIGHT, 45)
        assert clock.now() == began
        await waits
        assert (clock.now() - began).total_seconds() == 60

    run(main())


def test_who_is_at_leisure_asks_no_more_than_so_often() -> None:
    async def main() -> None:
        limiter = Limiter("binance", VirtualClock(), [PER_MINUTE])
        with at_leisure(most=2):
            await limiter.take(WEIGHT, 1)
            await limiter.take(WEIGHT, 1)
            with pytest.raises(AskedTooMuch, match="more than 2 requests"):
                await limiter.take(WEIGHT, 1)
        await limiter.take(WEIGHT, 1)

    run(main())


def test_a_request_that_is_larger_than_the_budget_goes_alone() -> None:
    async def main() -> None:
        await Limiter("binance", VirtualClock(), [PER_MINUTE]).take(WEIGHT, 500)

    run(main())


def test_what_the_venue_counts_of_others_on_our_address_counts() -> None:
    async def main() -> None:
        limiter = Limiter("binance", VirtualClock(), [PER_MINUTE])
        limiter.heard([Used(kind=WEIGHT, interval_s=60, used=89)])
        await limiter.take(WEIGHT, 1)
        with pytest.raises(VenueBusy):
            await limiter.take(WEIGHT, 1, patience_s=1)

    run(main())


def test_a_lower_count_of_the_venue_takes_nothing_back() -> None:
    async def main() -> None:
        limiter = Limiter("binance", VirtualClock(), [PER_MINUTE])
        await limiter.take(WEIGHT, 90)
        limiter.heard([Used(kind=WEIGHT, interval_s=60, used=3)])
        with pytest.raises(VenueBusy):
            await limiter.take(WEIGHT, 1, patience_s=1)

    run(main())


def test_a_ban_silences_everything_until_it_is_over() -> None:
    async def main() -> None:
        clock = VirtualClock()
        limiter = Limiter("binance", clock, [PER_MINUTE])
        limiter.be_silent(300)
        limiter.be_silent(10)
        with pytest.raises(VenueBusy) as caught:
            await limiter.take(WEIGHT, 1, patience_s=60)
        assert (caught.value.until - clock.now()).total_seconds() == 300
        await limiter.take(WEIGHT, 1, patience_s=301)
        assert limiter.silent_until is None

    run(main())


def test_every_interval_of_a_kind_has_its_own_count() -> None:
    async def main() -> None:
        clock = VirtualClock()
        per_second = Budget(kind="ORDERS", interval_s=1, limit=10)
        per_minute = Budget(kind="ORDERS", interval_s=60, limit=20)
        limiter = Limiter("binance", clock, [per_second, per_minute])
        began = clock.now()
        for _ in range(18):
            await limiter.take("ORDERS", 1, patience_s=5)
        assert 1 <= (clock.now() - began).total_seconds() < 3
        with pytest.raises(VenueBusy):
            await limiter.take("ORDERS", 1, patience_s=5)

    run(main())


def test_a_budget_that_changed_keeps_what_is_used_up_of_it() -> None:
    async def main() -> None:
        limiter = Limiter("binance", VirtualClock(), [PER_MINUTE])
        await limiter.take(WEIGHT, 90)
        limiter.learn([Budget(kind=WEIGHT, interval_s=60, limit=200)])
        await limiter.take(WEIGHT, 90)
        with pytest.raises(VenueBusy):
            await limiter.take(WEIGHT, 1, patience_s=1)

    run(main())
