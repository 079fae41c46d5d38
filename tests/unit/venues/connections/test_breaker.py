"""A host that fails again and again is left alone, and found again when it is back."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import virtual_time
from tests.support.virtual_time import VirtualClock

from tradebook.venues.connections.breaker import FAILURES_MAX, OPEN_S, OPEN_S_MAX, CircuitBreaker
from tradebook.venues.connections.http import HttpAnswer
from tradebook.venues.connections.limits import VenueBusy

HERE, THERE = "https://api.test/v1?signature=secret", "https://other.test/v1"


class Host:
    """Answers with a status, or not at all."""

    def __init__(self) -> None:
        self.status: int | None = 200
        self.takes_s = 0.0
        self.asked = 0

    async def __call__(self, method: str, url: str, **_: object) -> HttpAnswer:
        self.asked += 1
        await asyncio.sleep(self.takes_s)
        if self.status is None:
            raise TimeoutError("did not answer in time")
        return HttpAnswer(status=self.status, headers={}, body=b"")


class Story:
    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.host = Host()
        self.http = CircuitBreaker(self.host, self.clock, venue="somewhere")

    async def ask(self, url: str = HERE) -> str:
        try:
            return str((await self.http("GET", url)).status)
        except VenueBusy:
            return "held back"
        except OSError:
            return "lost"

    async def seconds_held_back(self) -> float:
        for quarters in range(1_000):
            if await self.ask() != "held back":
                return quarters / 4
            await asyncio.sleep(0.25)
        raise AssertionError("it is left alone for good")

    async def fail(self, status: int | None = None) -> None:
        self.host.status = status
        for _ in range(FAILURES_MAX):
            await self.ask()


@pytest.mark.parametrize("status", [None, 500, 503])
def test_after_some_failures_in_a_row_nothing_is_sent_to_the_host(status: int | None) -> None:
    async def main() -> None:
        it = Story()
        await it.fail(status)
        assert await it.ask() == "held back"
        assert it.host.asked == FAILURES_MAX
        it.host.status = 200
        assert await it.ask(THERE) == "200"
        assert it.http.problem() == (
            f"api.test has failed {FAILURES_MAX} times in a row: nothing is sent there until"
            f" {it.clock.now():%H:%M:}{it.clock.now().second + 1:02d} UTC"
        )

    virtual_time.run(main())


def test_a_refusal_is_no_failure() -> None:
    async def main() -> None:
        it = Story()
        await it.fail(429)
        assert await it.ask() == "429"
        assert it.http.problem() == ""

    virtual_time.run(main())


def test_one_request_finds_out_whether_it_is_back_and_the_others_wait_for_it() -> None:
    async def main() -> None:
        it = Story()
        await it.fail()
        await asyncio.sleep(OPEN_S)
        it.host.status, it.host.takes_s = 200, 0.5
        trial = asyncio.create_task(it.ask())
        await asyncio.sleep(0.1)
        assert await it.ask() == "held back"
        assert await trial == "200"
        assert await it.ask() == "200"

    virtual_time.run(main())


def test_a_trial_that_is_given_up_lets_another_one_go() -> None:
    async def main() -> None:
        it = Story()
        await it.fail()
        await asyncio.sleep(OPEN_S)
        it.host.takes_s = 5.0
        trial = asyncio.create_task(it.ask())
        await asyncio.sleep(0.1)
        trial.cancel()
        await asyncio.wait([trial])
        it.host.status, it.host.takes_s = 200, 0.0
        assert await it.ask() == "200"

    virtual_time.run(main())


@pytest.mark.parametrize("status", [503, None])
def test_what_was_sent_before_it_opened_lets_no_second_trial_go(status: int | None) -> None:
    async def main() -> None:
        it = Story()
        it.host.takes_s = 1.5
        slow = asyncio.create_task(it.ask())
        await asyncio.sleep(0.1)
        it.host.takes_s = 0.0
        await it.fail(503)
        await asyncio.sleep(OPEN_S + 0.2)
        it.host.takes_s = 5.0
        trial = asyncio.create_task(it.ask())
        await asyncio.sleep(0.1)
        it.host.status = status
        assert await slow == ("503" if status else "lost")
        it.host.takes_s = 0.0
        await asyncio.sleep(2 * OPEN_S)
        assert await it.ask() == "held back"
        trial.cancel()
        await asyncio.wait([trial])

    virtual_time.run(main())


def test_each_trial_that_fails_doubles_the_wait_up_to_a_bound() -> None:
    async def main() -> None:
        it = Story()
        await it.fail()
        waits = [await it.seconds_held_back() for _ in range(8)]
        assert waits == [1, 2, 4, 8, 16, OPEN_S_MAX, OPEN_S_MAX, OPEN_S_MAX]
        it.host.status = 200
        await asyncio.sleep(OPEN_S_MAX)
        assert await it.ask() == "200"
        await it.fail()
        await asyncio.sleep(OPEN_S)
        assert await it.ask() == "lost"

    virtual_time.run(main())


@given(st.lists(st.sampled_from([200, 404, 500, None]), max_size=60))
def test_it_is_never_open_unless_the_last_requests_all_failed(statuses: list[int | None]) -> None:
    async def main() -> None:
        it = Story()
        in_a_row = 0
        for status in statuses:
            it.host.status = status
            told = await it.ask()
            if told == "held back":
                assert in_a_row >= FAILURES_MAX
            else:
                in_a_row = in_a_row + 1 if told in ("lost", "500") else 0
            assert bool(it.http.problem()) == (in_a_row >= FAILURES_MAX)
            await asyncio.sleep(0.3)

    virtual_time.run(main())
