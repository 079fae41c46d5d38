"""A tape waits for the book."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from tradebook.market.replay.step import Step


def answers(*said: bool) -> Iterator[bool]:
    """What is said in turn; the last thing ever after."""
    yield from said
    while True:
        yield said[-1]


async def test_a_quiet_book_is_not_waited_for() -> None:
    loop = asyncio.get_running_loop()
    turns = 0

    def turn() -> None:
        nonlocal turns
        turns += 1

    loop.call_soon(turn)
    await Step(lambda: True).keep()
    assert turns == 0


async def test_the_tape_waits_until_the_book_is_quiet() -> None:
    busy = answers(False, False, False, True)
    asked = 0

    def is_quiet() -> bool:
        nonlocal asked
        asked += 1
        return next(busy)

    await Step(is_quiet).keep()
    assert asked == 4


async def test_a_book_that_never_rests_is_waited_for_once_until_it_has_rested() -> None:
    is_quiet = False
    step = Step(lambda: is_quiet, rest_within_s=0.05)
    loop = asyncio.get_running_loop()

    async def took_s() -> float:
        began = loop.time()
        await step.keep()
        return loop.time() - began

    assert await took_s() >= 0.05
    assert await took_s() < 0.04
    is_quiet = True
    await step.keep()
    is_quiet = False
    assert await took_s() >= 0.05
