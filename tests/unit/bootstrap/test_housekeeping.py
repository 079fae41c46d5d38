from __future__ import annotations

import asyncio
import contextlib

import pytest

from tradebook.bootstrap import housekeeping
from tradebook.bootstrap.housekeeping import EVERY_S, keep_house
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.errors import Unavailable


class Rounds(SystemClock):
    """A clock that counts how often was waited, and ends the third wait."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        if len(self.waited) == 3:
            raise asyncio.CancelledError


async def keep(**chores: housekeeping.Chore) -> Rounds:
    clock = Rounds()
    with contextlib.suppress(asyncio.CancelledError):
        await keep_house(chores, clock)
    return clock


async def test_every_chore_is_done_at_once_and_again() -> None:
    done: list[str] = []

    async def sweep() -> None:
        done.append("sweep")

    async def dust() -> None:
        done.append("dust")

    clock = await keep(sweep=sweep, dust=dust)
    assert done == ["sweep", "dust"] * 3
    assert clock.waited == [EVERY_S] * 3


@pytest.mark.parametrize("error", [OSError("away"), Unavailable("journal_unavailable", "Away.")])
async def test_a_chore_that_fails_is_left_to_the_next_round(error: Exception) -> None:
    attempts = 0

    async def fail() -> None:
        nonlocal attempts
        attempts += 1
        raise error

    await keep(fail=fail)
    assert attempts == 3


async def test_a_chore_that_hangs_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "CHORE_S_MAX", 0.01)
    done = 0

    async def hang() -> None:
        await asyncio.Event().wait()

    async def dust() -> None:
        nonlocal done
        done += 1

    await keep(hang=hang, dust=dust)
    assert done == 3


async def test_a_defect_of_a_chore_is_not_hidden() -> None:
    async def break_() -> None:
        raise KeyError("defect")

    with pytest.raises(KeyError):
        await keep(broken=break_)
