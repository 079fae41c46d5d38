"""Told of the newest, and not too often; in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise

from tests.support import virtual_time

from tradebook.web.conflation import EARLY, EVERY_S, Conflation


class Told:
    """What one lane told, and when."""

    def __init__(self, conflation: Conflation) -> None:
        self.at: list[tuple[float, str]] = []
        self.lane = conflation.lane(self._tell)

    def _tell(self, thing: str) -> None:
        self.at.append((round(asyncio.get_running_loop().time(), 3), thing))


def lived(story: Callable[[Conflation, Told], Awaitable[None]]) -> list[tuple[float, str]]:
    async def main() -> list[tuple[float, str]]:
        conflation = Conflation()
        told = Told(conflation)
        await story(conflation, told)
        await asyncio.sleep(1)
        return told.at

    return virtual_time.run(main())


def test_the_first_change_is_told_at_once() -> None:
    async def story(_: Conflation, told: Told) -> None:
        await asyncio.sleep(0.5)
        told.lane.change("a")

    assert lived(story) == [(0.5, "a")]


def test_what_changes_all_the_time_is_told_at_most_so_often() -> None:
    async def story(_: Conflation, told: Told) -> None:
        for _n in range(1_000):
            told.lane.change("a")
            await asyncio.sleep(0.001)

    told = [at for at, _ in lived(story)]
    assert len(told) == 11
    assert all(later - earlier >= EVERY_S * (1 - EARLY) for earlier, later in pairwise(told))


def test_what_changed_at_different_times_is_told_together_from_then_on() -> None:
    async def story(_: Conflation, told: Told) -> None:
        for _n in range(40):
            told.lane.change("a")
            await asyncio.sleep(0.005)
            told.lane.change("b")
            await asyncio.sleep(0.005)

    by_time: dict[float, set[str]] = {}
    for at, thing in lived(story):
        by_time.setdefault(at, set()).add(thing)
    assert [things for at, things in by_time.items() if at > 0.25] == [{"a", "b"}] * 2


def test_after_a_pause_a_change_is_told_at_once_again() -> None:
    async def story(_: Conflation, told: Told) -> None:
        told.lane.change("a")
        await asyncio.sleep(0.35)
        told.lane.change("a")

    assert lived(story) == [(0.0, "a"), (0.35, "a")]


def test_what_fails_to_be_told_holds_up_nothing_else() -> None:
    async def story(conflation: Conflation, told: Told) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        failing = conflation.lane(_fail)
        for _ in range(5):
            told.lane.change("a")
            if asyncio.get_running_loop().time() > 0:
                failing.change("b")
            await asyncio.sleep(0.09)

    assert len(lived(story)) > 3


def test_after_stop_nothing_is_told() -> None:
    async def story(conflation: Conflation, told: Told) -> None:
        told.lane.change("a")
        told.lane.change("a")
        conflation.stop()

    assert lived(story) == [(0.0, "a")]


def _fail(_: str) -> None:
    if asyncio.current_task() is None:
        raise RuntimeError
